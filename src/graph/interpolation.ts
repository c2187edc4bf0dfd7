/**
 * The matrix [outSize, inSize] of linear interpolation along one axis, as ONNX Resize computes it.
 * `align_corners` maps the first and last samples on each other; `half_pixel` maps pixel edges.
 */
export function interpolationMatrix(
  inSize: number,
  outSize: number,
  corners: "align_corners" | "half_pixel",
): Float32Array {
  const matrix = new Float32Array(outSize * inSize);
  for (let out = 0; out < outSize; out++) {
    const position =
      corners === "align_corners"
        ? outSize === 1
          ? 0
          : (out * (inSize - 1)) / (outSize - 1)
        : Math.min(Math.max(((out + 0.5) * inSize) / outSize - 0.5, 0), inSize - 1);
    const low = Math.min(Math.floor(position), inSize - 1);
    const high = Math.min(low + 1, inSize - 1);
    const weight = position - low;
    matrix[out * inSize + low] = (matrix[out * inSize + low] as number) + 1 - weight;
    matrix[out * inSize + high] = (matrix[out * inSize + high] as number) + weight;
  }
  return matrix;
}
