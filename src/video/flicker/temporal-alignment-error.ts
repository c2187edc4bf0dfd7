/** A depth map in metres and the camera it was seen by. */
export interface PosedDepth {
  /** Metres along the optical axis; values that are not finite and above 0 do not take part. */
  readonly depthMetres: Float32Array;
  readonly width: number;
  readonly height: number;
  /** In pixels; the centre of the top left pixel is (0.5, 0.5). */
  readonly camera: { readonly fx: number; readonly fy: number; readonly cx: number; readonly cy: number };
  /** World to camera, x right, y down, z forward: `camera = rotation * world + translation`, rows first. */
  readonly rotation: readonly number[];
  readonly translation: readonly [number, number, number];
}

/**
 * The temporal alignment error of Video Depth Anything (CVPR 2025), in percent:
 *
 *     TAE = 100 / (2 (N - 1)) * sum over k of AbsRel(f(d_k), d_{k+1}) + AbsRel(f(d_{k+1}), d_k)
 *
 * where `f` takes the points of one map into the other camera by the true poses and draws them at the nearest pixel, and
 * `AbsRel(p, d)` is the mean of |d - p| / d over the pixels with both. The maps are estimates in metres, aligned with one
 * scale and shift a clip in disparity. As in the official benchmark (benchmark/eval/eval_tae.py), hidden points and moving
 * things are part of it; where several points fall on a pixel, the nearest stays (the official code keeps any).
 * @param known for every frame, 1 where its pixels are compared. Default: all
 * @returns `NaN` with fewer than two frames
 */
export function temporalAlignmentError(frames: readonly PosedDepth[], known?: readonly Uint8Array[]): number {
  let sum = 0;
  for (let k = 1; k < frames.length; k++) {
    const [before, frame] = [frames[k - 1] as PosedDepth, frames[k] as PosedDepth];
    sum += relativeError(before, frame, known?.[k]) + relativeError(frame, before, known?.[k - 1]);
  }
  return (100 * sum) / (2 * (frames.length - 1));
}

function relativeError(from: PosedDepth, to: PosedDepth, known: Uint8Array | undefined): number {
  const projected = projectInto(from, to);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < projected.length; i++) {
    const depth = to.depthMetres[i] as number;
    if (projected[i] === Number.POSITIVE_INFINITY || !isDepth(depth) || known?.[i] === 0) continue;
    sum += Math.abs(depth - (projected[i] as number)) / depth;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

const isDepth = (metres: number): boolean => metres > 0 && metres < Number.POSITIVE_INFINITY;

/** The map of one camera as the other one sees it; `Infinity` where no point falls. */
function projectInto(from: PosedDepth, to: PosedDepth): Float32Array {
  const { width, height, depthMetres, camera, rotation, translation } = from;
  const at = (matrix: readonly number[], row: number, column: number) => matrix[3 * row + column] as number;
  // Camera of `from` to camera of `to`: R = Rto Rfrom^T, t = tto - R tfrom.
  const turn = [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((j) => [0, 1, 2].reduce((sum, k) => sum + at(to.rotation, i, k) * at(rotation, j, k), 0)),
  );
  const move = [0, 1, 2].map(
    (i) =>
      (to.translation[i] as number) -
      [0, 1, 2].reduce((sum, k) => sum + at(turn, i, k) * (translation[k] as number), 0),
  ) as [number, number, number];
  const out = new Float32Array(to.width * to.height).fill(Number.POSITIVE_INFINITY);
  for (let y = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel++) {
      const depth = depthMetres[pixel] as number;
      if (!isDepth(depth)) continue;
      const px = ((x + 0.5 - camera.cx) / camera.fx) * depth;
      const py = ((y + 0.5 - camera.cy) / camera.fy) * depth;
      const row = (i: number) =>
        at(turn, i, 0) * px + at(turn, i, 1) * py + at(turn, i, 2) * depth + (move[i] as number);
      const z = row(2);
      if (!(z > 0)) continue;
      const toX = Math.floor((to.camera.fx * row(0)) / z + to.camera.cx);
      const toY = Math.floor((to.camera.fy * row(1)) / z + to.camera.cy);
      if (toX < 0 || toY < 0 || toX >= to.width || toY >= to.height) continue;
      const target = toY * to.width + toX;
      if (z < (out[target] as number)) out[target] = z;
    }
  return out;
}
