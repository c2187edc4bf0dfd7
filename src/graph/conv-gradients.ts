import { staticDims } from "./dim.ts";
import { constant, emit, type Value } from "./graph.ts";
import * as o from "./operations.ts";
import type { ConvAttributes } from "./operators.ts";
import { float32 } from "./tensor.ts";

type Sizes = ReturnType<typeof sizes>;

/** Sizes of one convolution x [N, C, H, W] * weight [O, C/groups, kh, kw] -> y [N, O, h, w]. */
function sizes(x: Value, y: Value, attributes: ConvAttributes) {
  const [n, c, height, width] = staticDims(x.dims, "The gradient of Conv") as [number, number, number, number];
  const [, outputs, h, w] = staticDims(y.dims, "The gradient of Conv") as [number, number, number, number];
  const [kh, kw] = attributes.kernel_shape as [number, number];
  const [sh, sw] = attributes.strides as [number, number];
  const [dh, dw] = attributes.dilations as [number, number];
  const [top, left, bottom, right] = attributes.pads as [number, number, number, number];
  const depthwise = attributes.group === c && outputs === c;
  return { n, c, height, width, outputs, h, w, kh, kw, sh, sw, dh, dw, top, left, bottom, right, depthwise };
}

/**
 * Gradient of a convolution for its input. For a plain or depthwise kernel without a stride this is a convolution of the
 * output's gradient with the mirrored kernel, the fastest form on the cpu; otherwise the transposed convolution.
 */
export function convInputGradient(x: Value, weight: Value, grad: Value, attributes: ConvAttributes): Value {
  const s = sizes(x, grad, attributes);
  const unstrided = s.sh === 1 && s.sw === 1 && s.dh === 1 && s.dw === 1;
  // Enough padding that every input pixel meets every tap that used it. ONNX has no negative padding.
  const [top, left] = [s.kh - 1 - s.top, s.kw - 1 - s.left];
  const pads = [top, left, s.height - s.h - top + s.kh - 1, s.width - s.w - left + s.kw - 1];
  if ((attributes.group === 1 || s.depthwise) && unstrided && pads.every((pad) => pad >= 0)) {
    const mirrored = o.reverse(o.reverse(weight, 2), 3);
    const kernel = s.depthwise ? mirrored : o.transpose(mirrored, [1, 0, 2, 3]);
    return conv(grad, kernel, { ...attributes, pads });
  }
  const missing = [
    s.height - ((s.h - 1) * s.sh - s.top - s.bottom + s.dh * (s.kh - 1) + 1),
    s.width - ((s.w - 1) * s.sw - s.left - s.right + s.dw * (s.kw - 1) + 1),
  ];
  return emit(grad.graph, "ConvTranspose", [grad, weight], { ...attributes, output_padding: missing });
}

/**
 * Gradient of a convolution for its weight: one matrix product per kernel position between the gradient and the
 * shifted input. A depthwise kernel has forms of its own.
 */
export function convWeightGradient(x: Value, weight: Value, grad: Value, attributes: ConvAttributes): Value {
  const s = sizes(x, grad, attributes);
  const weightDims = staticDims(weight.dims, "The gradient of Conv");
  if (s.depthwise) {
    const narrow = s.width <= WIDEST_COLUMN_PRODUCT && s.sh === 1 && s.sw === 1;
    return o.reshape((narrow ? columnProducts : correlation)(x, grad, s), weightDims);
  }
  const g = attributes.group;
  const padding = s.top + s.left + s.bottom + s.right > 0;
  const gradRows = o.reshape(grad, [s.n, g, s.outputs / g, s.h * s.w]);
  if (s.kh * s.kw > 1 && s.sh === s.kh && s.sw === s.kw && !padding && s.dh === 1 && s.dw === 1)
    return o.reshape(sumImages(o.matmul(gradRows, patches(x, g, s))), weightDims);
  const padded = !padding ? x : o.pad(x, [0, 0, s.top, s.left], [0, 0, s.bottom, s.right]);
  const taps: Value[][] = Array.from({ length: s.kh }, () => []);
  for (let j = 0; j < s.kw; j++) {
    // Columns first: cutting rows from the result is a plain copy, cutting columns is not.
    const columns = o.slice(padded, 3, j * s.dw, j * s.dw + (s.w - 1) * s.sw + 1, s.sw);
    for (let i = 0; i < s.kh; i++) {
      const shifted = o.slice(columns, 2, i * s.dh, i * s.dh + (s.h - 1) * s.sh + 1, s.sh);
      const pixels = o.transpose(o.reshape(shifted, [s.n, g, s.c / g, s.h * s.w]), [0, 1, 3, 2]);
      const product = sumImages(o.matmul(gradRows, pixels)); // [g, O/g, C/g]
      taps[i]?.push(o.reshape(product, [s.outputs, s.c / g, 1]));
    }
  }
  const all = taps.flat();
  return o.reshape(all.length === 1 ? (all[0] as Value) : o.concat(all, 2), weightDims);
}

/** The windows of a kernel as large as its stride, [N, groups, h w, C/groups kh kw]: all kernel positions in one product. */
function patches(x: Value, groups: number, { n, c, h, w, kh, kw }: Sizes): Value {
  const whole = o.slice(o.slice(x, 2, 0, h * kh), 3, 0, w * kw);
  const split = o.reshape(whole, [n, groups, c / groups, h, kh, w, kw]);
  return o.reshape(o.transpose(split, [0, 1, 3, 5, 2, 4, 6]), [n, groups, h * w, (c / groups) * kh * kw]);
}

const sumImages = (x: Value): Value => o.reduceSum(x, [0], { keepDims: false });

/** From this width on most of the products of all pairs of columns are wasted. */
const WIDEST_COLUMN_PRODUCT = 96;

/**
 * Depthwise, first form: for every row of the kernel one matrix product a channel, of all columns of the shifted input
 * with all columns of the gradient; a product with a matrix of zeros and ones adds up the pairs of columns that each
 * kernel position joins. More arithmetic than needed and still two to three times as fast as `correlation`.
 */
function columnProducts(x: Value, grad: Value, s: Sizes): Value {
  const channelsFirst = (v: Value) => o.transpose(v, [1, 0, 2, 3]);
  const below = Math.max(0, (s.h - 1) * s.sh + (s.kh - 1) * s.dh + 1 - s.top - s.height);
  const tall = o.pad(channelsFirst(x), [0, 0, s.top, 0], [0, 0, below, 0]); // [C, N, top + H + below, W]
  const gradRows = o.reshape(channelsFirst(grad), [s.c, s.n * s.h, s.w]);
  const pairs = float32([s.width * s.w, s.kw]);
  for (let to = 0; to < s.w; to++)
    for (let j = 0; j < s.kw; j++) {
      const from = to * s.sw + j * s.dw - s.left;
      if (from >= 0 && from < s.width) pairs.data[(from * s.w + to) * s.kw + j] = 1;
    }
  const chosen = constant(x.graph, pairs);
  const kernelRows = Array.from({ length: s.kh }, (_, i) => {
    const rows = o.slice(tall, 2, i * s.dh, i * s.dh + (s.h - 1) * s.sh + 1, s.sh);
    const columns = o.transpose(o.reshape(rows, [s.c, s.n * s.h, s.width]), [0, 2, 1]);
    const products = o.reshape(o.matmul(columns, gradRows), [s.c, s.width * s.w]);
    return o.matmul(products, chosen); // [C, kw]
  });
  return kernelRows.length === 1 ? (kernelRows[0] as Value) : o.concat(kernelRows, 1);
}

/** Depthwise, second form: a convolution over x with the gradient as kernel. */
function correlation(x: Value, grad: Value, s: Sizes): Value {
  const planes = o.reshape(x, [1, s.n * s.c, s.height, s.width]);
  const all = conv(planes, o.reshape(grad, [s.n * s.c, 1, s.h, s.w]), {
    kernel_shape: [s.h, s.w],
    strides: [s.dh, s.dw],
    pads: [s.top, s.left, s.bottom, s.right],
    dilations: [s.sh, s.sw],
    group: s.n * s.c,
  });
  // With a stride the last rows may reach past the kernel: only kh x kw positions are weights.
  const cut = o.slice(o.slice(all, 2, 0, s.kh), 3, 0, s.kw);
  return o.reduceSum(o.reshape(cut, [s.n, s.c, s.kh * s.kw]), [0], { keepDims: false });
}

function conv(x: Value, weight: Value, attributes: ConvAttributes): Value {
  return emit(x.graph, "Conv", [x, weight], attributes);
}
