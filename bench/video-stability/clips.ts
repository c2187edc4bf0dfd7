import { existsSync } from "node:fs";
import { join } from "node:path";
import { openDataset } from "../../src/data/open-dataset.node.ts";
import type { CameraPose } from "../../src/data/procedural/clip.ts";
import { type ClipOptions, proceduralClip } from "../../src/data/procedural/clip.ts";
import type { DepthSample } from "../../src/data/sample.ts";
import type { DepthModel } from "../../src/depth/depth-model.ts";
import { preprocess } from "../../src/image/preprocess.ts";
import type { PixelMotion } from "../../src/video/flicker/truth-flicker-meter.ts";
import { networkSize } from "../../src/video/pipeline/frame-estimator.ts";
import type { DepthPlane } from "../../src/video/stability/depth-plane.ts";

/** A frame with the model's own map, as it leaves the network. */
export interface EstimatedFrame {
  readonly sample: DepthSample;
  readonly raw: DepthPlane;
  /** Where it is exactly known. */
  readonly motion?: PixelMotion;
  readonly pose?: CameraPose;
}

/** A clip to measure on. */
export interface MeasuredClip {
  readonly set: string;
  readonly name: string;
  readonly capMetres: number;
  readonly frames: readonly EstimatedFrame[];
}

/** Takes that the procedural set is made of: every move, indoors and out, with and without something that moves. */
const TAKES: readonly Required<Pick<ClipOptions, "kind" | "move" | "moving">>[] = [
  { kind: "room", move: "pan", moving: false },
  { kind: "room", move: "forward", moving: true },
  { kind: "room", move: "hand-held", moving: false },
  { kind: "room", move: "still", moving: true },
  { kind: "street", move: "forward", moving: false },
  { kind: "street", move: "orbit", moving: true },
  { kind: "street", move: "pan", moving: true },
  { kind: "street", move: "hand-held", moving: false },
];

const SEED = 0x5eed;

/** Folders of clips under `./data`. */
const FOLDERS = [
  { set: "tum", folder: "tum_cabinet", capMetres: 10 },
  { set: "kitti", folder: "kitti_sequence", capMetres: 80 },
] as const;

/** The clips there are, each estimated once. @param frames at most so many of each */
export async function* measuredClips(
  model: DepthModel,
  options: { readonly data: string; readonly sets: readonly string[]; readonly frames: number },
): AsyncGenerator<MeasuredClip> {
  for (const { set, folder, capMetres } of FOLDERS) {
    const path = join(options.data, folder);
    if (!options.sets.includes(set) || !existsSync(path)) continue;
    const dataset = await openDataset({ type: set, folder: path });
    const frames: EstimatedFrame[] = [];
    for (let i = 0; i < Math.min(dataset.length, options.frames); i++) {
      const sample = await dataset.get(i);
      frames.push({ sample, raw: await rawMap(model, sample) });
    }
    yield { set, name: folder, capMetres, frames };
  }
  if (!options.sets.includes("procedural")) return;
  for (const [i, take] of TAKES.entries()) {
    const count = Math.min(36, options.frames);
    const clip = proceduralClip(SEED + i, count, take);
    const frames: EstimatedFrame[] = [];
    for (let k = 0; k < count; k++) {
      const { sample, motion, pose } = clip.frame(k);
      frames.push({ sample, raw: await rawMap(model, sample), motion, pose });
    }
    yield { set: "procedural", name: clip.name, capMetres: 80, frames };
  }
}

async function rawMap(model: DepthModel, { image }: DepthSample): Promise<DepthPlane> {
  const { mean, std } = model;
  const size = networkSize(model, image);
  const { data } = await model.forward(preprocess(image, { ...size, mean, std }), [1, 3, size.height, size.width]);
  return { ...size, data: data.slice() };
}
