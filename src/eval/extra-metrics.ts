import { depthEdgeF1 } from "./depth-edges.ts";
import { ordinalError } from "./ordinal-error.ts";
import type { AlignedPairs } from "./score-image.ts";

/** Metrics that cost more than the usual ones and are computed when asked for. */
export type ExtraMetric = "ordinalError" | "edgeF1" | "flicker";

/** All extra metrics. */
export const EXTRA_METRICS: readonly ExtraMetric[] = ["ordinalError", "edgeF1", "flicker"];

/**
 * The extra metrics of one picture; flicker, which belongs to a clip, is not among them.
 * @param pixels numbers of the pairs' pixels in the picture
 */
export function extraMetrics(
  { prediction, truth }: AlignedPairs,
  pixels: Uint32Array,
  size: { readonly width: number; readonly height: number },
  scoreIn: "depth" | "disparity",
  wanted: readonly ExtraMetric[],
): Record<string, number> {
  if (wanted.length === 0) return {};
  const isDisparity = scoreIn === "disparity";
  const depthOf = (values: ArrayLike<number>) =>
    Float64Array.from(values, (value) => (isDisparity ? 1 / value : value));
  const [predicted, known] = [depthOf(prediction), depthOf(truth)];
  const edges = wanted.includes("edgeF1")
    ? depthEdgeF1(scatter(predicted, pixels, size), scatter(known, pixels, size), size)
    : undefined;
  const order = wanted.includes("ordinalError") ? ordinalError(predicted, known) : undefined;
  return { ...(order !== undefined && { ordinalError: order }), ...(edges !== undefined && { edgeF1: edges }) };
}

function scatter(
  values: Float64Array,
  pixels: Uint32Array,
  { width, height }: { readonly width: number; readonly height: number },
): Float32Array {
  const map = new Float32Array(width * height).fill(Number.NaN);
  for (let i = 0; i < pixels.length; i++) map[pixels[i] as number] = values[i] as number;
  return map;
}
