import { inputSize, type ResizeRule, type Size } from "../image/resize-rule.ts";
import type { ModelInfo } from "./network.ts";

/** The size asked for, where it is not the model's own. */
export interface AskedInputSize {
  /** Default `official`. */
  readonly resize?: ResizeRule;
  /** Side or sides that the rule aims at, whatever the aspect. Default: the model's own, its longer side limited. */
  readonly inputSize?: number | Size;
}

/** The size at which a model sees a picture. @throws DepthError `bad-argument` as `inputSize` */
export function modelInputSize(
  { inputSize: own, maxInputSide: maxSide, multiple }: Pick<ModelInfo, "inputSize" | "maxInputSide" | "multiple">,
  { width, height }: Size,
  { resize: rule = "official", inputSize: asked }: AskedInputSize = {},
): Size {
  const isOwn = asked === undefined;
  return inputSize(width, height, {
    ...{ rule, multiple, target: asked ?? own },
    ...(isOwn && maxSide !== undefined && { maxSide }),
  });
}
