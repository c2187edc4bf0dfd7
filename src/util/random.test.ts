import { expect, test } from "vitest";
import { createRandom, shuffledIndices } from "./random.ts";

const draws = (...keys: number[]) => {
  const random = createRandom(...keys);
  return Array.from({ length: 2000 }, () => random.next());
};

test("the same keys give the same numbers, other keys others", () => {
  expect(draws(1, 2)).toEqual(draws(1, 2));
  expect(draws(1, 2)).not.toEqual(draws(2, 1));
  expect(draws(1)).not.toEqual(draws(1, 0));
});

test("numbers are spread over [0, 1)", () => {
  const values = draws(7);
  expect(values.every((v) => v >= 0 && v < 1)).toBe(true);
  expect(values.reduce((sum, v) => sum + v) / values.length).toBeCloseTo(0.5, 1);
});

test("normal numbers have mean 0 and deviation 1", () => {
  const random = createRandom(3);
  const values = Array.from({ length: 4000 }, () => random.normal());
  const mean = values.reduce((sum, v) => sum + v) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.06);
  expect(Math.abs(variance - 1)).toBeLessThan(0.08);
});

test("a shuffle is a permutation", () => {
  const order = shuffledIndices(100, createRandom(5));
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect([...order]).not.toEqual(Array.from({ length: 100 }, (_, i) => i));
});
