import type { Image } from "../image/image.ts";
import { preprocess } from "../image/preprocess.ts";
import { throwIfAborted } from "../util/errors.ts";
import type { DepthMap } from "./depth-map.ts";
import type { DepthModel, EstimateOptions } from "./depth-model.ts";
import { finiteRange } from "./finite-range.ts";
import { guidedUpsample } from "./guided-upsample.ts";
import { modelInputSize } from "./model-input-size.ts";
import type { FloatGrid } from "./step-zones.ts";

/** A network's own output, and how it lies on the photo. */
export interface RawEstimate extends FloatGrid {
  /** Which points of estimate and photo coincide, see `resampleBilinear`. */
  readonly alignCorners: boolean;
}

/** The depth of a photo as the network gives it, at the size of the network's input. @throws DepthError as `estimate` */
export async function rawEstimate(
  model: DepthModel,
  image: Image,
  options: EstimateOptions = {},
): Promise<RawEstimate> {
  const { mean, std } = model;
  throwIfAborted(options.signal);
  const size = modelInputSize(model, image, options);
  const { data } = await model.forward(preprocess(image, { ...size, mean, std }), [1, 3, size.height, size.width]);
  throwIfAborted(options.signal);
  return { ...size, data, alignCorners: (options.upsample ?? model.upsample) === "align_corners" };
}

/** As `model.estimate`, with steps that follow the photo's edges (`guidedUpsample`). @throws DepthError as `estimate` */
export async function estimateSharp(model: DepthModel, image: Image, options: EstimateOptions = {}): Promise<DepthMap> {
  const { width, height, source } = image;
  const raw = await rawEstimate(model, image, options);
  const data = guidedUpsample(raw, image, raw);
  return {
    ...{ kind: model.kind, width, height, data, range: finiteRange(data), modelId: model.id },
    ...{ inputWidth: raw.width, inputHeight: raw.height },
    ...(source !== undefined && { source }),
  };
}
