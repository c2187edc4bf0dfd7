import { basename, dirname } from "node:path";
import { env, pipeline, RawImage, type Tensor } from "@huggingface/transformers";
import { type Contender, type Job, meanOf } from "./contender.ts";

/** The depth-estimation pipeline of transformers.js on the same network. */
export async function loadPeer({ folder, photo, threads }: Job): Promise<Contender> {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  const pipe = await pipeline("depth-estimation", basename(folder), {
    device: "cpu",
    dtype: "fp32",
    session_options: { intraOpNumThreads: threads },
  });
  const { processor, model } = pipe as unknown as {
    processor(images: RawImage[]): Promise<{ pixel_values: Tensor }>;
    model(inputs: { pixel_values: Tensor }): Promise<{ predicted_depth: Tensor }>;
  };
  let image: RawImage;
  let inputs: { pixel_values: Tensor };
  let output: Tensor;
  return {
    stages: {
      decode: async () => {
        image = await RawImage.read(photo);
      },
      pre: async () => {
        inputs = await processor([image]);
      },
      forward: async () => {
        output = (await model({ pixel_values: inputs.pixel_values })).predicted_depth;
      },
      whole: async () => {
        await pipe(photo);
      },
    },
    inputShape: () => inputs.pixel_values.dims.slice(2) as [number, number],
    outputMean: () => meanOf(output.data as Float32Array),
  };
}
