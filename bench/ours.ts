import { join } from "node:path";
import { loadModel } from "../src/depth/load-model.node.ts";
import { readImage } from "../src/image/codec.node.ts";
import type { Image } from "../src/image/image.ts";
import { preprocess } from "../src/image/preprocess.ts";
import { inputSize, type Size } from "../src/image/resize-rule.ts";
import { officialConfig } from "../src/models/config.ts";
import { findModel } from "../src/models/find-model.ts";
import { NANO_MULTIPLE } from "../src/models/nano.ts";
import { type Contender, type Job, meanOf } from "./contender.ts";

/** This library through its public calls; only `pre` reaches inside, as `estimate` does. */
export async function loadOurs({ modelId, folder, photo, threads }: Job): Promise<Contender> {
  const row = findModel(modelId);
  const weights = join(folder, "weights.safetensors");
  const multiple = row.family === "nano" ? NANO_MULTIPLE : 14;
  const model = await loadModel(row.family === "nano" ? "nano" : { config: officialConfig(row), weights }, { threads });
  let image: Image;
  let pixels: Float32Array;
  let size: Size;
  let output: Float32Array;
  return {
    stages: {
      decode: async () => {
        image = await readImage(photo);
      },
      pre: async () => {
        size = inputSize(image.width, image.height, { target: row.inputSize, multiple });
        pixels = preprocess(image, { ...size, mean: row.mean, std: row.std });
      },
      forward: async () => {
        output = (await model.forward(pixels, [1, 3, size.height, size.width])).data;
      },
      whole: async () => {
        await model.estimate(await readImage(photo));
      },
    },
    inputShape: () => [size.height, size.width],
    outputMean: () => meanOf(output),
  };
}
