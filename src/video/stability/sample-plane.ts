/** The value of a plane between its pixels, bilinear; outside it repeats its border. */
export function samplePlane(data: Float32Array, width: number, height: number, x: number, y: number): number {
  const cx = x > 0 ? (x < width - 1 ? x : width - 1) : 0;
  const cy = y > 0 ? (y < height - 1 ? y : height - 1) : 0;
  const x0 = cx | 0;
  const y0 = cy | 0;
  const fx = cx - x0;
  const fy = cy - y0;
  const at = y0 * width + x0;
  const right = x0 + 1 < width ? 1 : 0;
  const down = y0 + 1 < height ? width : 0;
  const top = (data[at] as number) * (1 - fx) + (data[at + right] as number) * fx;
  const bottom = (data[at + down] as number) * (1 - fx) + (data[at + down + right] as number) * fx;
  return top + (bottom - top) * fy;
}
