import type { Dataset } from "../data/sample.ts";
import type { DepthMap } from "../depth/depth-map.ts";
import type { Image } from "../image/image.ts";
import { throwIfAborted } from "../util/errors.ts";
import type { OnProgress, Progress } from "../util/progress.ts";
import { disparityToDepth, fitDisparity } from "./align-disparity.ts";
import { type DepthMetrics, depthMetrics } from "./depth-metrics.ts";

/** Rows and columns of the Eigen crop in a 640x480 picture of NYUv2, ends exclusive. */
const EIGEN_CROP = { top: 45, bottom: 471, left: 41, right: 601 } as const;
const MIN_METRES = 1e-3;
const CAP_METRES = 10;

/** Mean errors over the scored pictures. */
export interface NyuScore extends DepthMetrics {
  /** Pictures with valid pixels. */
  readonly images: number;
}

/**
 * Scores a disparity model on pictures of NYUv2: scale and shift fitted in disparity for each picture, scored in depth
 * inside the Eigen crop, truth between 1 mm and 10 m, predictions capped at 10 m; the mean over the pictures.
 */
export async function scoreNyuv2(
  dataset: Dataset,
  estimate: (image: Image) => Promise<DepthMap>,
  options: { readonly signal?: AbortSignal; readonly onProgress?: OnProgress } = {},
): Promise<NyuScore> {
  const perImage: DepthMetrics[] = [];
  for (let index = 0; index < dataset.length; index++) {
    throwIfAborted(options.signal);
    const { image, truth, source } = await dataset.get(index);
    const valid = validPixels(truth.data, image.width, image.height);
    const { data } = await estimate(image);
    const depth = disparityToDepth(data, fitDisparity(data, truth.data, valid), CAP_METRES);
    const metrics = depthMetrics(depth, truth.data, valid);
    if (metrics) perImage.push(metrics);
    const progress: Progress = { stage: "score", done: index + 1, total: dataset.length, unit: "images", item: source };
    options.onProgress?.(progress);
  }
  const mean = (key: keyof DepthMetrics) => perImage.reduce((sum, m) => sum + m[key], 0) / perImage.length;
  return {
    images: perImage.length,
    ...{ absRel: mean("absRel"), rmse: mean("rmse") },
    ...{ delta1: mean("delta1"), delta2: mean("delta2"), delta3: mean("delta3") },
  };
}

function validPixels(depthMetres: Float32Array, width: number, height: number): Uint8Array {
  const valid = new Uint8Array(depthMetres.length);
  const { top, bottom, left, right } = EIGEN_CROP;
  for (let y = top; y < Math.min(bottom, height); y++)
    for (let x = left; x < Math.min(right, width); x++) {
      const metres = depthMetres[y * width + x] as number;
      if (metres > MIN_METRES && metres < CAP_METRES) valid[y * width + x] = 1;
    }
  return valid;
}
