import { join } from "node:path";
import { loadModel } from "../src/depth/load-model.node.ts";
import { readImage } from "../src/image/codec.node.ts";
import type { Image } from "../src/image/image.ts";
import { preprocess } from "../src/image/preprocess.ts";
import { inputSize, type Size } from "../src/image/resize-rule.ts";
import { type Contender, type Job, meanOf, PROBE } from "./contender.ts";

/** This library through its public calls; only `pre` reaches inside, as `estimate` does. */
export async function loadOurs({ modelId, folder, photo, threads }: Job): Promise<Contender> {
  // A path of weights in place of the registered ones: nothing is downloaded.
  const model = await loadModel(modelId, { weights: join(folder, "weights.safetensors"), threads });
  const { multiple, mean, std } = model;
  let image: Image;
  let pixels: Float32Array;
  let size: Size;
  return {
    stages: {
      decode: async () => {
        image = await readImage(photo);
      },
      pre: async () => {
        size = inputSize(image.width, image.height, { target: model.inputSize, multiple });
        pixels = preprocess(image, { ...size, mean, std });
      },
      forward: async () => {
        await model.forward(pixels, [1, 3, size.height, size.width]);
      },
      whole: async () => {
        await model.estimate(await readImage(photo));
      },
    },
    inputShape: () => [size.height, size.width],
    probe: async () => meanOf((await model.forward(PROBE.data, PROBE.dims)).data),
  };
}
