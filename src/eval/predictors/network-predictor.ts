import type { DepthModel } from "../../depth/depth-model.ts";
import { modelInputSize } from "../../depth/model-input-size.ts";
import { modelInfo } from "../../depth/network.ts";
import { inputSize, type Size } from "../../image/resize-rule.ts";
import type { Protocol } from "../protocol.ts";
import type { Predictor } from "./predictor.ts";

/**
 * Evaluates a loaded model, whose `forward` is called with pictures prepared as the protocol says.
 * @param facts what the model does not know of itself
 */
export function networkPredictor(
  model: DepthModel,
  facts: { readonly fingerprint: string; readonly summary: string; readonly parameters?: number },
): Predictor {
  const { id, kind, mean, std } = model;
  return {
    ...{ ...facts, name: id, kind, defaults: modelInfo(model) },
    prepare: async ({ image }, { resize, flip }, work) => {
      const size = networkSize(image, resize, model);
      const mirrors = flip ? [false, true] : [false];
      const inputs = await Promise.all(
        mirrors.map((mirror) => work.prepare({ image, size, resample: resize.resample, mean, std, mirror })),
      );
      return async () => {
        const maps: Float32Array[] = [];
        for (const pixels of inputs) maps.push((await model.forward(pixels, [1, 3, size.height, size.width])).data);
        const [plain, mirrored] = maps as [Float32Array, Float32Array?];
        return {
          ...size,
          upsample: model.upsample,
          data: mirrored ? meanWithMirrored(plain, mirrored, size.width) : plain,
        };
      };
    },
  };
}

function networkSize({ width, height }: Size, { rule, target, maxSide }: Protocol["resize"], model: DepthModel): Size {
  const { multiple } = model;
  if (rule === "stretch") {
    const goal = target === "model" ? model.inputSize : target;
    return inputSize(width, height, { target: goal, multiple, keepAspect: false, bound: "minimal" });
  }
  if (target === "model") return modelInputSize(model, { width, height }, { resize: rule });
  return inputSize(width, height, { rule, target, multiple, ...(maxSide !== undefined && { maxSide }) });
}

function meanWithMirrored(plain: Float32Array, mirrored: Float32Array, width: number): Float32Array {
  return plain.map((value, i) => {
    const x = i % width;
    return (value + (mirrored[i - x + width - 1 - x] as number)) / 2;
  });
}
