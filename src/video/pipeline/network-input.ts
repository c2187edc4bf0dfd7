import type { Image } from "../../image/image.ts";
import { preprocess } from "../../image/preprocess.ts";
import type { Size } from "../../image/resize-rule.ts";

/** Normalisation of a model's input. */
export interface Normalisation {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** Makes a frame what the network wants, [3, height, width]; each over the one before: the memory is the same. */
export type NetworkInput = (image: Image, size: Size) => Float32Array;

/**
 * Prepares frames for a network. A frame that has the size already, as decoders can deliver it, is only normalised, by a
 * table for each channel.
 */
export function networkInput({ mean, std }: Normalisation): NetworkInput {
  const tables = ([0, 1, 2] as const).map((c) =>
    Float32Array.from({ length: 256 }, (_, level) => (level / 255 - mean[c]) / std[c]),
  );
  let out = new Float32Array();
  return (image, size) => {
    const { width, height, data } = image;
    if (width !== size.width || height !== size.height || image.maxValue !== 255)
      return preprocess(image, { ...size, mean, std });
    const plane = width * height;
    if (out.length !== 3 * plane) out = new Float32Array(3 * plane);
    spread(data as Uint8Array, tables, out, plane);
    return out;
  };
}

function spread(data: Uint8Array, tables: readonly Float32Array[], out: Float32Array, plane: number): void {
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  for (let i = 0, at = 0; i < plane; i++, at += 3) {
    out[i] = red[data[at] as number] as number;
    out[plane + i] = green[data[at + 1] as number] as number;
    out[2 * plane + i] = blue[data[at + 2] as number] as number;
  }
}
