import { dimsText, evaluateDim } from "../graph/dim.ts";
import type { Graph } from "../graph/graph.ts";
import { BYTES_PER_ELEMENT, elementCount, float32 } from "../graph/tensor.ts";
import type { Image } from "../image/image.ts";
import { preprocess } from "../image/preprocess.ts";
import { resampleBilinear } from "../image/resample-bilinear.ts";
import type { ResizeRule, Size } from "../image/resize-rule.ts";
import { createSession, type SessionOptions } from "../runtime/session.ts";
import { DepthError, throwIfAborted } from "../util/errors.ts";
import type { DepthMap } from "./depth-map.ts";
import { finiteRange } from "./finite-range.ts";
import { modelInputSize } from "./model-input-size.ts";
import type { DepthNetwork, ModelInfo } from "./network.ts";

/** Options of `createDepthModel`: the device's, and how large a picture may get. */
export interface DepthModelOptions extends SessionOptions {
  /**
   * Pictures for which one intermediate tensor would take more bytes are refused before anything is allocated. For
   * Depth Anything that is the attention matrix: 4 bytes x heads x patches squared. Default 4 GiB: Small then takes
   * up to 13,375 patches, 1619x1619 pixels.
   */
  readonly maxTensorBytes?: number;
}

/** Options of `DepthModel.estimate`. */
export interface EstimateOptions {
  /** How the size of the network's input follows from the photo's. Default `official`: the short side is `inputSize`. */
  readonly resize?: ResizeRule;
  /**
   * The input side or sides in pixels that `resize` aims at. Default: the model's `inputSize`, but no side longer than
   * its `maxInputSide`.
   */
  readonly inputSize?: number | Size;
  /** Which points of estimate and photo coincide. Default: the model's `upsample`, as its original code does. */
  readonly upsample?: "align_corners" | "half_pixel";
  /** Asked before each step; a step that runs is not cut short. Default: none. */
  readonly signal?: AbortSignal;
}

/** What `DepthModel.forward` returns: [n, h, w]. */
export interface RawDepth {
  readonly data: Float32Array;
  readonly dims: readonly [n: number, h: number, w: number];
}

/** A model that is ready to run. */
export interface DepthModel extends ModelInfo {
  /**
   * The depth of a photo, at the photo's size.
   * @throws DepthError `too-large` (see `maxTensorBytes`), `bad-argument` (sizes), `aborted`, `bad-state` after `dispose`.
   */
  estimate(image: Image, options?: EstimateOptions): Promise<DepthMap>;
  /**
   * The network alone, on pictures that are already normalised.
   * @param pixelValues [n, 3, h, w], RGB; h and w multiples of `multiple`
   * @throws DepthError as `estimate`
   */
  forward(pixelValues: Float32Array, dims: readonly number[]): Promise<RawDepth>;
  /** Frees the memory; the model cannot be used after. */
  dispose(): Promise<void>;
}

const MAX_TENSOR_BYTES = 2 ** 32;

/** Makes a network ready to run on a device. @throws DepthError as `createSession` */
export async function createDepthModel(network: DepthNetwork, options: DepthModelOptions = {}): Promise<DepthModel> {
  const { info, graph, weights } = network;
  const { multiple, mean, std } = info;
  const limit = options.maxTensorBytes ?? MAX_TENSOR_BYTES;
  const session = await createSession(graph, weights, options);
  const largestTensorBytes = tensorBytes(graph);
  let disposed = false;

  const checkMemory = (n: number, h: number, w: number): void => {
    const bytes = largestTensorBytes({ batch: n, rows: h / multiple, columns: w / multiple });
    if (bytes > limit)
      throw new DepthError(
        "too-large",
        `Model "${info.id}" would need a tensor of ${gigabytes(bytes)} for ${n} x ${w}x${h} pixels, over the limit of ` +
          `${gigabytes(limit)}. Lower the input size, use the resize rule "hf" or "exact" for very narrow pictures, or ` +
          "raise maxTensorBytes.",
      );
  };

  const forward = async (pixelValues: Float32Array, dims: readonly number[]): Promise<RawDepth> => {
    if (disposed) throw new DepthError("bad-state", `Model "${info.id}" was disposed of; load it again.`);
    const [n = 0, channels, h = 0, w = 0] = dims;
    const fits = dims.length === 4 && channels === 3 && elementCount(dims) === pixelValues.length;
    if (!fits || [n, h / multiple, w / multiple].some((count) => !(Number.isInteger(count) && count > 0)))
      throw new DepthError(
        "bad-argument",
        `Model "${info.id}" got ${pixelValues.length} values as [${dims.join(", ")}]; expected [n, 3, h, w] with height ` +
          `and width multiples of ${multiple}.`,
      );
    checkMemory(n, h, w);
    const outputs = await session.run({ pixel_values: float32(dims, pixelValues) });
    return { data: outputs.predicted_depth?.data as Float32Array, dims: [n, h, w] };
  };

  const estimate = async (image: Image, settings: EstimateOptions = {}): Promise<DepthMap> => {
    const { width, height, source } = image;
    throwIfAborted(settings.signal);
    const size = modelInputSize(info, image, settings);
    checkMemory(1, size.height, size.width);
    const pixels = preprocess(image, { ...size, mean, std });
    throwIfAborted(settings.signal);
    const raw = await forward(pixels, [1, 3, size.height, size.width]);
    throwIfAborted(settings.signal);
    const alignCorners = (settings.upsample ?? info.upsample) === "align_corners";
    const data = resampleBilinear(raw.data, size, { width, height, alignCorners });
    return {
      ...{ kind: info.kind, width, height, data, range: finiteRange(data), modelId: info.id },
      ...{ inputWidth: size.width, inputHeight: size.height },
      ...(source !== undefined && { source }),
    };
  };

  return {
    ...info,
    estimate,
    forward,
    async dispose() {
      if (disposed) return;
      disposed = true;
      await session.dispose();
    },
  };
}

/** Bytes of a graph's largest tensor as a function of the sizes of its symbols. */
function tensorBytes(graph: Graph): (sizes: Readonly<Record<string, number>>) => number {
  const outputs = graph.nodes.flatMap((node) => node.outputs);
  const shapes = new Map(outputs.map((value) => [dimsText(value.dims), value]));
  return (sizes) =>
    Math.max(
      ...[...shapes.values()].map(
        ({ dims, dtype }) => elementCount(dims.map((dim) => evaluateDim(dim, sizes))) * BYTES_PER_ELEMENT[dtype],
      ),
    );
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
