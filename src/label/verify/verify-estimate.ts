import type { DepthKind, DepthMap } from "../../depth/depth-map.ts";
import type { DepthModel } from "../../depth/depth-model.ts";
import { modelInputSize } from "../../depth/model-input-size.ts";
import type { Image } from "../../image/image.ts";
import { resampleBilinear } from "../../image/resample-bilinear.ts";
import type { Size } from "../../image/resize-rule.ts";
import { DepthError, throwIfAborted } from "../../util/errors.ts";
import { alignView } from "./align-view.ts";
import { confidenceOf } from "./calibration.ts";
import { createDoubt } from "./doubt.ts";
import { lookAgain, planarPicture, toGrid, type View } from "./view.ts";

/**
 * The views that predict errors best for their cost, 1.6 forwards: three quarters of the size, and the mirror image made
 * brighter (`bench/confidence.ts --subsets` compares choices).
 */
export const DEFAULT_VIEWS: readonly View[] = [["smaller"], ["flip", "brighter"]];

/** Options of `verifyEstimate`. */
export interface VerifyOptions {
  /** Views to compare with the estimate. Default `DEFAULT_VIEWS`. */
  readonly views?: readonly View[];
  /** A model to agree with as well: its view of the unchanged picture is one more. Default: none. */
  readonly secondModel?: DepthModel;
  /** Of the strengths of photometric changes. Default 0. */
  readonly seed?: number;
  /** Asked before each forward; a forward that runs is not cut short. Default: none. */
  readonly signal?: AbortSignal;
}

/** How far an estimate can be relied on. */
export interface Verification {
  /** 0 to 1 for each pixel of the estimate (`confidenceOf`); 0 where the estimate is not finite. */
  readonly confidence: Float32Array;
  /** Mean confidence, 0 to 1: the larger, the smaller the picture's AbsRel is expected to be. */
  readonly score: number;
}

/**
 * Confidence of a model's estimate, from its agreement with what the model says of the same picture mirrored, at another
 * scale, under another light. Views are compared on the grid of the network's input, as disparity, after robust scale and
 * shift (metric models: scale). A map that is constant or nowhere finite has confidence and score 0. Agreement shows
 * what a model is unsure of, not what it gets wrong every time: docs/results.md has the numbers.
 * @param estimate of `model` for `image`, at its size
 * @throws DepthError `bad-argument` for a map of another size or when there is nothing to compare with; those of
 *   `DepthModel.forward`; `aborted`
 */
export async function verifyEstimate(
  model: DepthModel,
  image: Image,
  estimate: DepthMap,
  options: VerifyOptions = {},
): Promise<Verification> {
  const { views = DEFAULT_VIEWS, secondModel, seed = 0, signal } = options;
  checkArguments(image, estimate, views.length + (secondModel ? 1 : 0));
  const grid = gridOf(estimate, model);
  const picture = planarPicture(image);
  const plain = asDisparity(toGrid(estimate.data, estimate, grid, model), estimate.kind);
  const doubt = createDoubt(plain, greyOf(picture(grid)), grid, estimate.kind === "metric");
  if (doubt === undefined) return { confidence: new Float32Array(estimate.data.length), score: 0 };
  const add = (map: Float32Array, kind: DepthKind): void => {
    const view = asDisparity(map, kind);
    doubt.add(view, alignView(view, plain, kind === "disparity" || estimate.kind === "disparity"));
  };
  for (const [number, view] of views.entries()) {
    throwIfAborted(signal);
    add(await lookAgain(model, picture, view, grid, [seed, number]), model.kind);
  }
  if (secondModel) {
    throwIfAborted(signal);
    const size = gridOf({ ...estimate, inputWidth: 0 }, secondModel);
    const map = await lookAgain(secondModel, picture, [], size, [seed]);
    add(toGrid(map, size, grid, secondModel), secondModel.kind);
  }
  const onGrid = doubt.relativeError().map(confidenceOf);
  const { width, height } = estimate;
  const confidence = resampleBilinear(onGrid, grid, { width, height, alignCorners: false });
  let sum = 0;
  for (let i = 0; i < confidence.length; i++) {
    if (!Number.isFinite(estimate.data[i])) confidence[i] = 0;
    sum += confidence[i] as number;
  }
  return { confidence, score: sum / confidence.length };
}

/** The network input an estimate was made from, or the one its model would choose where it is of another kind. */
function gridOf({ width, height, inputWidth, inputHeight }: DepthMap, model: DepthModel): Size {
  const isInput = [inputWidth, inputHeight].every((side) => side > 0 && side % model.multiple === 0);
  return isInput ? { width: inputWidth, height: inputHeight } : modelInputSize(model, { width, height });
}

function asDisparity(map: Float32Array, kind: DepthKind): Float32Array {
  return kind === "disparity" ? map : map.map((metres) => 1 / metres);
}

function greyOf(pixels: Float32Array): Float32Array {
  const plane = pixels.length / 3;
  const grey = new Float32Array(plane);
  for (let i = 0; i < plane; i++)
    grey[i] = ((pixels[i] as number) + (pixels[i + plane] as number) + (pixels[i + 2 * plane] as number)) / 3;
  return grey;
}

function checkArguments(image: Size, { width, height }: Size, opinions: number): void {
  if (width !== image.width || height !== image.height)
    throw new DepthError(
      "bad-argument",
      `Verification compares an estimate with its own picture, but the map is ${width}x${height} and the picture ` +
        `${image.width}x${image.height}; give the estimate of this picture.`,
    );
  if (opinions === 0)
    throw new DepthError(
      "bad-argument",
      "Verification was asked for without views and without a second model; give at least one of them.",
    );
}
