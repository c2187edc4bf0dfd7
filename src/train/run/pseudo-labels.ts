import { createGraph, type Graph, input, output } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { float32 } from "../../graph/tensor.ts";
import type { Size } from "../../image/resize-rule.ts";
import { createSession, type Session, type SessionOptions } from "../../runtime/session.ts";
import { normalisedTarget } from "../examples/view.ts";
import { buildFeatureGraph, type TrainableNetwork } from "../network/trainable-network.ts";
import { perSize } from "./per-size.ts";
import type { Weights } from "./start-weights.node.ts";

/** Labels pictures, or gives features of them. */
export interface PseudoLabeller {
  /** @param clean [N, 3, H, W] of one of the sizes it was made for @returns disparity and mask [N, H, W] */
  label(clean: Float32Array, size: Size): Promise<{ readonly target: Float32Array; readonly mask: Float32Array }>;
  dispose(): Promise<void>;
}

/**
 * The teacher (paper, section 3.2). Its maps are brought to 0..1 as the truth of labelled pictures is: the affine-invariant
 * loss does not care, but every other loss and the guards against division by zero then mean the same for both. A map that
 * is constant says nothing and is masked out, as is whatever is not finite in one.
 * @param count of pictures @param sizes that they can have
 * @param trained sizes the teacher was trained at: pictures of another are resampled to the one of the nearest shape, and
 *   the maps back
 */
export async function createTeacher(
  network: TrainableNetwork,
  weights: Weights,
  count: number,
  sizes: readonly Size[],
  trained: readonly Size[],
  options: SessionOptions,
): Promise<PseudoLabeller> {
  const sessions = await perSize(sizes, (size) =>
    createSession(teacherGraph(network, count, size, seenAt(size, trained)), weights, options),
  );
  return {
    dispose: sessions.dispose,
    async label(clean, size) {
      const { width, height } = size;
      const plane = width * height;
      const data = await onlyOutput(sessions.of(size), float32([count, 3, height, width], clean), "map");
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

/** `pixel_values` [N, 3, H, W] to `map` [N, H, W] or [N, 1, H, W], by way of the size that the network sees. */
function teacherGraph(network: TrainableNetwork, count: number, { width, height }: Size, seen: Size): Graph {
  const graph = createGraph("teacher");
  const pixels = input(graph, "pixel_values", [count, 3, height, width]);
  const isSame = seen.width === width && seen.height === height;
  const { prediction } = network.forward(
    isSame ? pixels : o.resizeBilinear(pixels, seen.height, seen.width, "half_pixel"),
  );
  const map = o.reshape(prediction, [count, 1, seen.height, seen.width]);
  output("map", isSame ? prediction : o.resizeBilinear(map, height, width, "half_pixel"));
  return graph;
}

/** The size itself where it is among the trained ones, otherwise the one of the nearest aspect ratio. */
function seenAt(size: Size, trained: readonly Size[]): Size {
  const same = trained.find(({ width, height }) => width === size.width && height === size.height);
  if (same) return same;
  const distance = ({ width, height }: Size) => Math.abs(Math.log((width * size.height) / (height * size.width)));
  return trained.reduce((nearest, one) => (distance(one) < distance(nearest) ? one : nearest));
}

/** The frozen semantic encoder (paper, eq. 9). */
export interface FeatureEncoder {
  /** @param pixels [N, 3, H, W] of one of the sizes it was made for @returns [N, P, C] */
  features(pixels: Float32Array, size: Size): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Opens the encoder of a network with fixed weights. @param count of pictures @param sizes that they can have */
export async function createFeatureEncoder(
  network: TrainableNetwork,
  weights: Weights,
  count: number,
  sizes: readonly Size[],
  options: SessionOptions,
): Promise<FeatureEncoder> {
  const sessions = await perSize(sizes, ({ width, height }) =>
    createSession(buildFeatureGraph(network, count, height, width), weights, options),
  );
  return {
    dispose: sessions.dispose,
    features: (pixels, size) =>
      onlyOutput(sessions.of(size), float32([count, 3, size.height, size.width], pixels), "features"),
  };
}

async function onlyOutput(session: Session, pixels: ReturnType<typeof float32>, name: string): Promise<Float32Array> {
  return (await session.run({ pixel_values: pixels }))[name]?.data as Float32Array;
}
