import type { CropName } from "./crops.ts";
import type { Evaluation } from "./evaluation.ts";
import type { AlignmentMethod } from "./fit-affine.ts";
import type { Alignment, Protocol } from "./protocol.ts";

/** Each line is one decision of a protocol in plain words; together they say everything that decides a score. */
export function describeProtocol(protocol: Protocol): readonly string[] {
  const { upsample, flip, imageCrop, minDisparity, minValidPixels, maxFrames } = protocol;
  const points = {
    align_corners: "bilinear, the corner pixels of both grids on each other",
    half_pixel: "bilinear, the outer edges of both grids on each other",
    model: "bilinear, the way the model's original code does it",
  }[upsample];
  const isFitted = protocol.alignment.method !== "none";
  return [
    `protocol: ${protocol.name}; from: ${protocol.source}`,
    `network sees: ${inputText(protocol.resize)}`,
    ...(isNoCrop(imageCrop) ? [] : [`picture and truth are cut first: ${cropText(imageCrop)}`]),
    `mirror image: ${flip ? "the mean of the estimates of the picture and of its mirror image" : "not used"}`,
    `estimate to the truth's size: ${points}`,
    `alignment: ${alignmentText(protocol.alignment)}`,
    `scored in ${protocol.scoreIn}; ${truthText(protocol.truthMetres)}; ${clampText(protocol.clampMetres)}`,
    ...(isFitted || minDisparity === "truth" || protocol.scoreIn === "disparity"
      ? [`estimated disparity is at least ${minDisparityText(minDisparity)}`]
      : []),
    `crop: ${cropText(protocol.scoreCrop)}`,
    `a picture counts when at least ${minValidPixels} ${minValidPixels === 1 ? "pixel" : "pixels"} of it can be scored; ` +
      "the result is the mean over the pictures, each weighing the same",
    ...(maxFrames === null ? [] : [`only the first ${maxFrames} frames of every clip`]),
  ];
}

/** What decided an evaluation's score, as `describeProtocol`; of point pairs only what matters for them. */
export function describeEvaluation({ protocol, mean }: Pick<Evaluation, "protocol" | "mean">): readonly string[] {
  const lines = describeProtocol(protocol);
  if (!isPointPairs(mean)) return lines;
  const matters = /^(protocol|network sees|mirror image|estimate to the truth's size|only the first)/;
  return [
    ...lines.filter((line) => matters.test(line)),
    "scored: the share of all pairs of points whose nearer point the estimate puts nearer; nothing is aligned",
  ];
}

/** Whether means are those of ordered point pairs, taken over all pairs instead of over pictures. */
export function isPointPairs(mean: Evaluation["mean"]): boolean {
  return "pairAccuracy" in mean && !("absRel" in mean);
}

/** `scale and shift by least squares in disparity, one fit a picture`. */
export function alignmentText({ method, space, per }: Alignment): string {
  if (method === "none") return "none; the estimate's own metres count";
  return `${ALIGNMENTS[method]} in ${space}, ${per === "image" ? "one fit a picture" : "one fit for all frames of a clip"}`;
}

const ALIGNMENTS: Readonly<Record<Exclude<AlignmentMethod, "none">, string>> = {
  median: "scale by the ratio of the medians",
  "median-mad": "scale and shift so that medians and mean absolute deviations agree",
  "least-squares-scale": "scale alone by least squares",
  "least-squares": "scale and shift by least squares",
  ransac: "scale and shift by RANSAC, from the pixels that agree",
};

/** `short side 518, aspect kept, ...`. */
export function inputText({ rule, target, maxSide, resample }: Protocol["resize"]): string {
  const filter = resample === "cubic" ? "cubic as OpenCV's" : "bilinear, the corner pixels of both grids on each other";
  const sides =
    target === "model"
      ? "the model's own default"
      : typeof target === "number"
        ? `${target}`
        : `${target.width}x${target.height} (width x height)`;
  const size = {
    official: `short side at least ${sides}, aspect kept`,
    hf: `about ${sides} by the rule of the Transformers image processor, aspect kept`,
    exact: `exactly ${sides}`,
    stretch: `each side stretched to about ${sides}`,
    native: "the picture's own size",
  }[rule];
  const limit = maxSide === undefined ? "" : `, no side above ${maxSide}`;
  return `${size}${limit}, both sides rounded to the model's multiple (its patch size); resampling ${filter}`;
}

/** `truth between 0.001 and 10 m (exclusive)`. */
export function truthText({ min, max, inclusive }: Protocol["truthMetres"]): string {
  const ends = inclusive ? "(inclusive)" : "(exclusive)";
  if (min === null && max === null) return "all known truth counts, whatever its depth";
  if (max === null) return `truth from ${min} m on ${ends}`;
  return min === null ? `truth up to ${max} m ${ends}` : `truth between ${min} and ${max} m ${ends}`;
}

/** `predictions limited to at most 10 m`. */
export function clampText({ min, max }: Protocol["clampMetres"]): string {
  if (min === null && max === null) return "predictions are not limited";
  if (min === null) return `predictions limited to at most ${max} m`;
  return max === null ? `predictions limited to at least ${min} m` : `predictions limited to ${min} to ${max} m`;
}

function minDisparityText(least: Protocol["minDisparity"]): string {
  if (least === "truth") return "the smallest true disparity that counts in the picture";
  const metres = 1 / least;
  return `${Number(least.toPrecision(3))}${metres <= 1000 ? ` (${Number(metres.toPrecision(3))} m)` : ""}, smaller values are raised to it`;
}

const CROPS: Readonly<Record<CropName, string>> = {
  none: "none, the whole picture",
  "eigen-nyu": "Eigen, rows 45-471, columns 41-601 of a 640x480 picture (ends exclusive)",
  "eigen-kitti": "Eigen for KITTI, rows 33.2-91.4 %, columns 3.6-96.4 % of the picture",
  garg: "Garg, rows 40.8-99.2 %, columns 3.6-96.4 % of the picture",
  kb: "KITTI benchmark, the lowest 352 rows and the middle 1216 columns",
};

/** A crop with its rows and columns. */
export function cropText(crop: Protocol["scoreCrop"]): string {
  if (typeof crop === "string") return CROPS[crop];
  return `rows ${crop.top}-${crop.bottom}, columns ${crop.left}-${crop.right} (ends exclusive)`;
}

/** Whether a crop leaves everything in. */
export function isNoCrop(crop: Protocol["scoreCrop"]): boolean {
  return crop === "none";
}
