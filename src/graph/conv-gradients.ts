import { staticDims } from "./dim.ts";
import { emit, type Value } from "./graph.ts";
import * as o from "./operations.ts";
import type { ConvAttributes } from "./operators.ts";

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
 * Gradient of a convolution for its input. Where nothing but a plain or depthwise kernel is in the way this is a
 * convolution of the output's gradient with the mirrored kernel, the fastest form on the cpu (for a depthwise
 * stride, of the gradient with zeros put between its elements); otherwise the transposed convolution.
 */
export function convInputGradient(x: Value, weight: Value, grad: Value, attributes: ConvAttributes): Value {
  const s = sizes(x, grad, attributes);
  const plain = attributes.group === 1 && s.sh === 1 && s.sw === 1;
  // Enough padding that every input pixel meets every tap that used it. ONNX has no negative padding.
  const [top, left] = [s.kh - 1 - s.top, s.kw - 1 - s.left];
  const pads = [top, left, s.height - s.h * s.sh - top + s.kh - 1, s.width - s.w * s.sw - left + s.kw - 1];
  if ((plain || s.depthwise) && s.dh === 1 && s.dw === 1 && pads.every((pad) => pad >= 0)) {
    const mirrored = o.reverse(o.reverse(weight, 2), 3);
    const kernel = s.depthwise ? mirrored : o.transpose(mirrored, [1, 0, 2, 3]);
    return conv(insertZeros(grad, s.sh, s.sw), kernel, { ...attributes, strides: [1, 1], pads });
  }
  const missing = [
    s.height - ((s.h - 1) * s.sh - s.top - s.bottom + s.dh * (s.kh - 1) + 1),
    s.width - ((s.w - 1) * s.sw - s.left - s.right + s.dw * (s.kw - 1) + 1),
  ];
  return emit(grad.graph, "ConvTranspose", [grad, weight], { ...attributes, output_padding: missing });
}

/**
 * Gradient of a convolution for its weight. Depthwise: a convolution over x with the gradient as kernel. Otherwise
 * one matrix product per kernel position between the gradient and the shifted input.
 */
export function convWeightGradient(x: Value, weight: Value, grad: Value, attributes: ConvAttributes): Value {
  const s = sizes(x, grad, attributes);
  const weightDims = staticDims(weight.dims, "The gradient of Conv");
  if (s.depthwise) {
    const planes = o.reshape(x, [1, s.n * s.c, s.height, s.width]);
    const kernel = o.reshape(grad, [s.n * s.c, 1, s.h, s.w]);
    const correlation = conv(planes, kernel, {
      kernel_shape: [s.h, s.w],
      strides: attributes.dilations,
      pads: attributes.pads,
      dilations: attributes.strides,
      group: s.n * s.c,
    });
    // With a stride the last rows may reach past the kernel: only kh x kw positions are weights.
    const cut = o.slice(o.slice(correlation, 2, 0, s.kh), 3, 0, s.kw);
    return o.reshape(o.reduceSum(o.reshape(cut, [s.n, s.c, s.kh * s.kw]), [0], { keepDims: false }), weightDims);
  }
  const g = attributes.group;
  const padded =
    s.top + s.left + s.bottom + s.right === 0 ? x : o.pad(x, [0, 0, s.top, s.left], [0, 0, s.bottom, s.right]);
  const gradRows = o.reshape(grad, [s.n, g, s.outputs / g, s.h * s.w]);
  const taps: Value[][] = Array.from({ length: s.kh }, () => []);
  for (let j = 0; j < s.kw; j++) {
    // Columns first: cutting rows from the result is a plain copy, cutting columns is not.
    const columns = o.slice(padded, 3, j * s.dw, j * s.dw + (s.w - 1) * s.sw + 1, s.sw);
    for (let i = 0; i < s.kh; i++) {
      const shifted = o.slice(columns, 2, i * s.dh, i * s.dh + (s.h - 1) * s.sh + 1, s.sh);
      const pixels = o.transpose(o.reshape(shifted, [s.n, g, s.c / g, s.h * s.w]), [0, 1, 3, 2]);
      const product = o.reduceSum(o.matmul(gradRows, pixels), [0], { keepDims: false }); // [g, O/g, C/g]
      taps[i]?.push(o.reshape(product, [s.outputs, s.c / g, 1]));
    }
  }
  const all = taps.flat();
  return o.reshape(all.length === 1 ? (all[0] as Value) : o.concat(all, 2), weightDims);
}

/** [N, C, h, w] -> [N, C, h*rows, w*columns] with the elements at multiples of rows and columns. */
export function insertZeros(x: Value, rows: number, columns: number): Value {
  if (rows === 1 && columns === 1) return x;
  const [n, c, h, w] = staticDims(x.dims, "The gradient of a strided operator") as [number, number, number, number];
  const split = o.reshape(x, [n * c, h, 1, w, 1]);
  return o.reshape(o.pad(split, [0, 0, 0, 0, 0], [0, 0, rows - 1, 0, columns - 1]), [n, c, h * rows, w * columns]);
}

function conv(x: Value, weight: Value, attributes: ConvAttributes): Value {
  return emit(x.graph, "Conv", [x, weight], attributes);
}
