import { expect, test } from "vitest";
import { adamWStep, gradientNorm } from "./adamw.ts";

test("AdamW follows its formula over two steps", () => {
  const parameter = Float32Array.of(1, -2);
  const moments = { mean: new Float32Array(2), square: new Float32Array(2) };
  const group = { learningRate: 0.1, weightDecay: 0.01 };
  // First step: both corrected means equal the gradient, so the step is the rate times the gradient's sign.
  adamWStep(parameter, Float32Array.of(0.5, -4), moments, 1, group);
  expect(parameter[0]).toBeCloseTo(1 * (1 - 0.001) - 0.1, 5);
  expect(parameter[1]).toBeCloseTo(-2 * (1 - 0.001) + 0.1, 5);
  const before = parameter[0] as number;
  adamWStep(parameter, Float32Array.of(1, 1), moments, 2, group);
  const mean = (0.9 * 0.05 + 0.1) / (1 - 0.81);
  const square = (0.999 * 0.00025 + 0.001) / (1 - 0.998001);
  expect(parameter[0]).toBeCloseTo(before * 0.999 - (0.1 * mean) / Math.sqrt(square), 4);
});

test("a scaled gradient is as good as a smaller one", () => {
  const [plain, scaled] = [Float32Array.of(1, 2), Float32Array.of(1, 2)];
  const moments = () => ({ mean: new Float32Array(2), square: new Float32Array(2) });
  const group = { learningRate: 0.1, weightDecay: 0 };
  adamWStep(plain, Float32Array.of(2, -6), moments(), 1, group, { epsilon: 1 });
  adamWStep(scaled, Float32Array.of(4, -12), moments(), 1, group, { epsilon: 1, gradientScale: 0.5 });
  expect(scaled).toEqual(plain);
});

test("gradientNorm is the length over all tensors", () => {
  expect(gradientNorm([Float32Array.of(3), Float32Array.of(0, 4)])).toBe(5);
});
