import { basename, dirname } from "node:path";
import { env, pipeline, RawImage, Tensor } from "@huggingface/transformers";
import { type Contender, type Job, meanOf, PROBE } from "./contender.ts";

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
  return {
    stages: {
      decode: async () => {
        image = await RawImage.read(photo);
      },
      pre: async () => {
        inputs = await processor([image]);
      },
      forward: async () => {
        await model({ pixel_values: inputs.pixel_values });
      },
      whole: async () => {
        await pipe(photo);
      },
    },
    inputShape: () => inputs.pixel_values.dims.slice(2) as [number, number],
    probe: async () => {
      const { predicted_depth } = await model({ pixel_values: new Tensor("float32", PROBE.data, [...PROBE.dims]) });
      return meanOf(predicted_depth.data as Float32Array);
    },
  };
}
