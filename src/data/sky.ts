import type { Image } from "../image/image.ts";

/** Steepest luma step (0..255) to a neighbour that a sky may have. */
const MAX_STEP = 9;
/** Sky is at least this share of the picture's bright end (the 98th percentile of luma). */
const MIN_BRIGHTNESS = 0.6;
/** A patch is sky if it covers this share of the picture, */
const MIN_AREA = 0.03;
/** meets the upper edge along this share of it, */
const MIN_TOP_RUN = 0.15;
/** and ends above this share of the height (pale walls often do not), unless it fills half of the upper edge. */
const MAX_DEPTH_DOWN = 0.65;

/**
 * Guesses the sky of an outdoor picture and sets its disparity to 0, in place; pixels with a disparity stay. Sky is
 * what hangs together with the picture's upper edge, lies above every known pixel of its column, is smooth, bright for
 * the picture, and white, grey or blue. A rule of thumb of this project (the paper uses a segmentation network, section
 * 3.1), tuned to leave sky out rather than to take a pale wall for sky.
 * @param disparity `width * height` values, `NaN` where unknown.
 */
export function markSky(image: Image, disparity: Float32Array): void {
  const { width, height } = image;
  const luma = lumaOf(image);
  const bright = MIN_BRIGHTNESS * percentile(luma, 0.98);
  const ceiling = rowsAboveKnown(disparity, width, height);
  const isCandidate = (x: number, y: number): boolean => {
    const at = y * width + x;
    return (
      y < (ceiling[x] as number) &&
      (luma[at] as number) >= bright &&
      isColdColour(image, at) &&
      steepestStep(luma, width, height, x, y) <= MAX_STEP
    );
  };
  // Each patch is flooded from the upper edge and judged as a whole.
  const seen = new Uint8Array(width * height);
  for (let start = 0; start < width; start++) {
    const patch: number[] = [];
    const visit = (x: number, y: number): void => {
      const at = y * width + x;
      if (x < 0 || y < 0 || x >= width || y >= height || seen[at] || !isCandidate(x, y)) return;
      seen[at] = 1;
      patch.push(at);
    };
    visit(start, 0);
    let topRun = 0;
    let lowest = 0;
    for (let i = 0; i < patch.length; i++) {
      const at = patch[i] as number;
      const x = at % width;
      const y = (at - x) / width;
      if (y === 0) topRun++;
      lowest = Math.max(lowest, y);
      visit(x - 1, y);
      visit(x + 1, y);
      visit(x, y - 1);
      visit(x, y + 1);
    }
    if (patch.length < MIN_AREA * width * height || topRun < MIN_TOP_RUN * width) continue;
    if (lowest > MAX_DEPTH_DOWN * height && topRun < width / 2) continue;
    for (const at of patch) disparity[at] = 0;
  }
}

function lumaOf({ data, maxValue, width, height }: Image): Float32Array {
  const luma = new Float32Array(width * height);
  for (let i = 0; i < luma.length; i++) {
    const [r, g, b] = [data[3 * i] as number, data[3 * i + 1] as number, data[3 * i + 2] as number];
    luma[i] = ((0.299 * r + 0.587 * g + 0.114 * b) * 255) / maxValue;
  }
  return luma;
}

function percentile(values: Float32Array, share: number): number {
  const sorted = Float32Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] as number;
}

/** For each column, the row of its first known pixel. */
function rowsAboveKnown(disparity: Float32Array, width: number, height: number): Int32Array {
  return Int32Array.from({ length: width }, (_, x) => {
    let y = 0;
    while (y < height && Number.isNaN(disparity[y * width + x])) y++;
    return y;
  });
}

/** White, grey or blue: red does not lead. */
function isColdColour({ data, maxValue }: Image, at: number): boolean {
  const [r, g, b] = [data[3 * at] as number, data[3 * at + 1] as number, data[3 * at + 2] as number];
  return b >= g - 0.04 * maxValue && b >= r - 0.02 * maxValue;
}

function steepestStep(luma: Float32Array, width: number, height: number, x: number, y: number): number {
  const own = luma[y * width + x] as number;
  let steepest = 0;
  for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
    for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
      steepest = Math.max(steepest, Math.abs((luma[j * width + i] as number) - own));
    }
  }
  return steepest;
}
