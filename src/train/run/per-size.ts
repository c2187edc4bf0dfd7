import type { Size } from "../../image/resize-rule.ts";

/** One thing for every size of a stage's pictures. */
export interface PerSize<T> {
  readonly first: T;
  /** @param size one of those it was made for */
  of(size: Size): T;
  dispose(): Promise<void>;
}

/** Makes a thing for every different one of some sizes, one after the other. */
export async function perSize<T extends { dispose(): Promise<void> }>(
  sizes: readonly Size[],
  make: (size: Size) => Promise<T>,
): Promise<PerSize<T>> {
  const made = new Map<string, T>();
  const dispose = async (): Promise<void> => {
    for (const one of made.values()) await one.dispose();
  };
  try {
    for (const size of sizes) if (!made.has(keyOf(size))) made.set(keyOf(size), await make(size));
  } catch (error) {
    await dispose();
    throw error;
  }
  const of = (size: Size) => made.get(keyOf(size)) as T;
  return { first: of(sizes[0] as Size), of, dispose };
}

const keyOf = ({ width, height }: Size): string => `${width}x${height}`;
