import { DepthError } from "../../util/errors.ts";
import { createRandom, type Random } from "../../util/random.ts";
import type { Dataset, DepthSample } from "../sample.ts";
import { develop } from "./develop.ts";
import { landscape, stillLife } from "./landscape.ts";
import { renderScene } from "./render.ts";
import { room } from "./room.ts";
import type { Scene } from "./shade.ts";
import { street, traffic } from "./street.ts";

/** The kinds of procedural pictures. */
export type SceneKind = "room" | "street" | "traffic" | "landscape" | "still-life";

/** Size and kinds of procedural pictures. */
export interface ProceduralOptions {
  /** Default 320. */
  readonly width?: number;
  /** Default 240. */
  readonly height?: number;
  /** Kinds to draw from, equally often; repeat one to see more of it. Default rooms 2, streets 2, landscapes 1, still lifes 1, no traffic. */
  readonly kinds?: readonly SceneKind[];
}

/** A scene of each kind at random. */
export const BUILDERS: Readonly<Record<SceneKind, (random: Random) => Scene>> = {
  room,
  street,
  traffic,
  landscape,
  "still-life": stillLife,
};
const DEFAULT_KINDS: readonly SceneKind[] = ["room", "room", "street", "street", "landscape", "still-life"];

/**
 * An invented picture with exact depth: metres along the optical axis at every pixel centre, `Infinity` for sky.
 * The same seed and options give the same picture.
 * @throws DepthError `bad-argument` for a size that is not two positive integers.
 */
export function proceduralScene(seed: number, options: ProceduralOptions = {}): DepthSample {
  const { width = 320, height = 240, kinds = DEFAULT_KINDS } = options;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new DepthError("bad-argument", `A procedural scene needs a size in whole pixels, got ${width}x${height}.`);
  }
  const random = createRandom(seed, 0x5ce7e);
  const scene = BUILDERS[random.pick(kinds)](random);
  const { rgb, depthMetres } = renderScene(scene, width, height);
  const source = `procedural ${scene.kind} ${seed}`;
  return {
    image: { width, height, data: develop(rgb, width, height, random), maxValue: 255, source },
    truth: { kind: "depth-metres", data: depthMetres },
    dataset: "procedural",
    source,
  };
}

/** `count` procedural scenes; number `i` depends on the seed and `i` alone. */
export function proceduralDataset(count: number, seed: number, options: ProceduralOptions = {}): Dataset {
  return {
    name: "procedural",
    length: count,
    summary: "invented scenes with exact depth in metres, sky at infinity",
    idOf: (index) => String(index).padStart(6, "0"),
    get: async (index) => proceduralScene(createRandom(seed, index).int(0x7fffffff), options),
  };
}
