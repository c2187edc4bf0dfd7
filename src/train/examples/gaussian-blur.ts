/**
 * Gaussian blur of planes, cut off at three deviations; at the border the edge samples go on.
 * @param planes [count, height, width]
 * @param sigma deviation in pixels, above 0
 * @returns new planes
 */
export function gaussianBlur(planes: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const weights = gaussianWeights(sigma);
  const out = new Float32Array(planes.length);
  const radius = weights.length - 1;
  const padded = new Float32Array(width + 2 * radius);
  const across = new Float32Array(width * height);
  for (let start = 0; start < planes.length; start += across.length) {
    for (let y = 0; y < height; y++) {
      const row = start + y * width;
      padded.fill(planes[row] as number, 0, radius);
      padded.set(planes.subarray(row, row + width), radius);
      padded.fill(planes[row + width - 1] as number, radius + width);
      blurRow(padded, weights, across, y * width, width);
    }
    for (let y = 0; y < height; y++) {
      const to = out.subarray(start + y * width, start + (y + 1) * width);
      addRows(across, y, y, weights[0] as number, to);
      for (let i = 1; i <= radius; i++)
        addRows(across, Math.max(0, y - i), Math.min(height - 1, y + i), weights[i] as number, to);
    }
  }
  return out;
}

/** Weights from the centre to the cut; both sides together make 1. The centre is halved, because it is added twice. */
function gaussianWeights(sigma: number): Float32Array {
  const weights = Float32Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, i) =>
    i === 0 ? 0.5 : Math.exp(-0.5 * (i / sigma) ** 2),
  );
  const sum = 2 * weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

// The inner loops are functions of their own: V8 then compiles each once, for plain arrays and numbers.

function blurRow(padded: Float32Array, weights: Float32Array, out: Float32Array, start: number, width: number): void {
  const radius = weights.length - 1;
  for (let x = 0; x < width; x++) {
    let sum = 0;
    for (let i = 0; i <= radius; i++)
      sum += (weights[i] as number) * ((padded[x + radius - i] as number) + (padded[x + radius + i] as number));
    out[start + x] = sum;
  }
}

function addRows(plane: Float32Array, above: number, below: number, weight: number, out: Float32Array): void {
  const width = out.length;
  let [a, b] = [above * width, below * width];
  for (let x = 0; x < width; x++, a++, b++)
    out[x] = (out[x] as number) + weight * ((plane[a] as number) + (plane[b] as number));
}
