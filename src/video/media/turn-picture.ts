/** A quarter turn's multiple, clockwise. */
export type Turn = 0 | 90 | 180 | 270;

/** Interleaved RGB of a size, turned clockwise and then mirrored left to right. */
export function turnPicture(
  data: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  turn: Turn,
  isMirrored: boolean,
): Uint8Array {
  if (turn === 0 && !isMirrored) return data;
  const isSideways = turn === 90 || turn === 270;
  const [outWidth, outHeight] = isSideways ? [height, width] : [width, height];
  const out = new Uint8Array(data.length);
  // Where the new picture's first pixel lies in the old one, and the steps for going right and down.
  const [origin, right, down] = (
    {
      0: [0, 1, width],
      90: [(height - 1) * width, -width, 1],
      180: [height * width - 1, -1, -width],
      270: [width - 1, width, -1],
    } as const
  )[turn] as readonly [number, number, number];
  const start = isMirrored ? origin + right * (outWidth - 1) : origin;
  const step = isMirrored ? -right : right;
  for (let j = 0, to = 0; j < outHeight; j++)
    for (let i = 0, from = (start + j * down) * 3; i < outWidth; i++, to += 3, from += step * 3) {
      out[to] = data[from] as number;
      out[to + 1] = data[from + 1] as number;
      out[to + 2] = data[from + 2] as number;
    }
  return out;
}
