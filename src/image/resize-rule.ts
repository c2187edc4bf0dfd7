import { DepthError } from "../util/errors.ts";

/** A picture's size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Which way the target size binds when the aspect is kept: `lower` (no side below it), `upper` (no side
 * above it), `minimal` (whichever side needs the smaller change of scale, no bound).
 */
export type ResizeBound = "lower" | "upper" | "minimal";

/**
 * How to choose the network's input size. `official`: the original code, short side at least the target.
 * `hf`: the Transformers image processor, which equals it for usual photos and stays smaller for small or
 * narrow ones. `exact`: just the target. `native`: the photo's own size.
 */
export type ResizeRule = "official" | "hf" | "exact" | "native";

/** Options of `inputSize`. */
export interface InputSizeOptions {
  /** Default `official`. */
  readonly rule?: ResizeRule;
  /** Side length(s) in pixels to aim at; `native` ignores it. Default 518. */
  readonly target?: number | Size;
  /** Both sides become multiples of this: the patch size. Default 14. */
  readonly multiple?: number;
  /** Only for `official`. Default `lower`. */
  readonly bound?: ResizeBound;
  /** Only for `official`: false scales each side to the target on its own. Default true. */
  readonly keepAspect?: boolean;
  /** A picture whose longer side would be longer is scaled to it instead. Only where the aspect is kept. Default: no limit. */
  readonly maxSide?: number;
}

/**
 * The size a photo of `width` x `height` pixels is resampled to before the network sees it.
 * Source: class `Resize` of depth_anything/util/transform.py; `hf`: `DPTImageProcessor.resize` with
 * ensure_multiple_of and keep_aspect_ratio.
 * @throws DepthError `bad-argument` when sizes are not positive or `exact` is not a multiple.
 */
export function inputSize(width: number, height: number, options: InputSizeOptions = {}): Size {
  const { rule = "official", target = 518, multiple = 14, keepAspect = true } = options;
  const goal = typeof target === "number" ? { width: target, height: target } : target;
  for (const [name, value] of Object.entries({
    width,
    height,
    "target width": goal.width,
    "target height": goal.height,
    multiple,
  })) {
    if (!(Number.isInteger(value) && value > 0)) {
      throw new DepthError("bad-argument", `Resize: ${name} must be a positive whole number, got ${value}.`);
    }
  }
  if (rule === "exact") {
    if (goal.width % multiple === 0 && goal.height % multiple === 0) return { width: goal.width, height: goal.height };
    throw new DepthError(
      "bad-argument",
      `Resize: ${goal.width}x${goal.height} is not made of multiples of ${multiple}.`,
    );
  }
  if (rule === "native") return { width: toMultiple(width, multiple), height: toMultiple(height, multiple) };

  const bound = rule === "hf" ? "minimal" : (options.bound ?? "lower");
  let scaleX = goal.width / width;
  let scaleY = goal.height / height;
  if (rule === "hf" || keepAspect) {
    scaleX = scaleY = boundScale(scaleX, scaleY, bound);
    const limit = (options.maxSide ?? Number.POSITIVE_INFINITY) / Math.max(width, height);
    if (scaleX > limit)
      return { width: toMultiple(limit * width, multiple), height: toMultiple(limit * height, multiple) };
  }
  return {
    width: toMultiple(scaleX * width, multiple, bound, goal.width),
    height: toMultiple(scaleY * height, multiple, bound, goal.height),
  };
}

function boundScale(scaleX: number, scaleY: number, bound: ResizeBound): number {
  if (bound === "lower") return Math.max(scaleX, scaleY);
  if (bound === "upper") return Math.min(scaleX, scaleY);
  return Math.abs(1 - scaleX) < Math.abs(1 - scaleY) ? scaleX : scaleY;
}

/** The nearest multiple, halves to even as numpy rounds, then moved to the right side of the goal; at least one. */
function toMultiple(side: number, multiple: number, bound: ResizeBound = "minimal", goal = 0): number {
  const count = side / multiple;
  let rounded = roundHalfEven(count);
  if (bound === "lower" && rounded * multiple < goal) rounded = Math.ceil(count);
  if (bound === "upper" && rounded * multiple > goal) rounded = Math.floor(count);
  return Math.max(1, rounded) * multiple;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
