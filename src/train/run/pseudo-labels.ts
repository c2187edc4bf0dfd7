import { createGraph, input, output } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { float32 } from "../../graph/tensor.ts";
import { createSession, type Session, type SessionOptions } from "../../runtime/session.ts";
import { normalisedTarget } from "../examples/view.ts";
import { buildFeatureGraph, type TrainableNetwork } from "../network/trainable-network.ts";
import type { Weights } from "./start-weights.node.ts";

/** Pictures of a fixed size. */
export interface BatchSize {
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

/** Labels pictures, or gives features of them. */
export interface PseudoLabeller {
  /** @param clean [N, 3, H, W] @returns disparity and mask [N, H, W] */
  label(clean: Float32Array): Promise<{ readonly target: Float32Array; readonly mask: Float32Array }>;
  dispose(): Promise<void>;
}

/**
 * The teacher (paper, section 3.2). Its maps are brought to 0..1 as the truth of labelled pictures is: the affine-invariant
 * loss does not care, but every other loss and the guards against division by zero then mean the same for both. A map that
 * is constant says nothing and is masked out, as is whatever is not finite in one.
 * @param size of the pictures @param own the size the teacher was trained at; the pictures are resampled to it and back
 */
export async function createTeacher(
  network: TrainableNetwork,
  weights: Weights,
  size: BatchSize,
  own: { readonly width: number; readonly height: number },
  options: SessionOptions,
): Promise<PseudoLabeller> {
  const { count, width, height } = size;
  const dims = [count, 3, height, width];
  const graph = createGraph("teacher");
  const pixels = input(graph, "pixel_values", dims);
  const isSame = own.width === width && own.height === height;
  const seen = isSame ? pixels : o.resizeBilinear(pixels, own.height, own.width, "half_pixel");
  const { prediction } = network.forward(seen);
  const map = o.reshape(prediction, [count, 1, own.height, own.width]);
  output("map", isSame ? prediction : o.resizeBilinear(map, height, width, "half_pixel"));
  const session = await createSession(graph, weights, options);
  const plane = width * height;
  return {
    dispose: () => session.dispose(),
    async label(clean) {
      const data = await onlyOutput(session, float32(dims, clean), "map");
      const [target, mask] = [new Float32Array(count * plane), new Float32Array(count * plane)];
      for (let start = 0; start < data.length; start += plane) {
        const finite = data
          .subarray(start, start + plane)
          .map((value) => (Number.isFinite(value) ? value : Number.NaN));
        const one = normalisedTarget(finite);
        target.set(one.target, start);
        mask.set(one.mask, start);
      }
      return { target, mask };
    },
  };
}

/** The frozen semantic encoder (paper, eq. 9). */
export interface FeatureEncoder {
  /** @param pixels [N, 3, H, W] @returns [N, P, C] */
  features(pixels: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Opens the encoder of a network with fixed weights for batches of one size. */
export async function createFeatureEncoder(
  network: TrainableNetwork,
  weights: Weights,
  { count, width, height }: BatchSize,
  options: SessionOptions,
): Promise<FeatureEncoder> {
  const session = await createSession(buildFeatureGraph(network, count, height, width), weights, options);
  return {
    dispose: () => session.dispose(),
    features: (pixels) => onlyOutput(session, float32([count, 3, height, width], pixels), "features"),
  };
}

async function onlyOutput(session: Session, pixels: ReturnType<typeof float32>, name: string): Promise<Float32Array> {
  return (await session.run({ pixel_values: pixels }))[name]?.data as Float32Array;
}
