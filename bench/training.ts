import type { Dim } from "../src/graph/dim.ts";
import { createGraph, input, type Node, output } from "../src/graph/graph.ts";
import * as o from "../src/graph/operations.ts";
import type { ConvAttributes } from "../src/graph/operators.ts";
import { elementCount, float32, type Tensor } from "../src/graph/tensor.ts";
import { createSession } from "../src/runtime/session.ts";
import { trainableNetwork } from "../src/train/network/trainable-network.ts";
import { adamWStep, type Moments } from "../src/train/optimise/adamw.ts";
import { createTrainingStep } from "../src/train/step/training-step.ts";
import { createRandom } from "../src/util/random.ts";
import { parameterShapes, seededWeights } from "./fixtures.ts";
import { median } from "./statistics.ts";

export interface TrainingResult {
  readonly model: string;
  readonly batchSize: number;
  readonly height: number;
  readonly width: number;
  /** Forward, losses, backward and the optimiser. */
  readonly stepMs: number;
  /** The graph alone: forward, losses, backward. */
  readonly graphMs: number;
  readonly imagesPerSecond: number;
  /** 2 x multiply-adds of a step's convolutions and matrix products, 1e9. */
  readonly stepGflop: number;
  readonly stepGflops: number;
  /** Rate of a 1370x384 by 384x1536 product in the same run. */
  readonly matmulGflops: number;
  readonly shareOfMatmul: number;
  /** Largest resident set of this process so far. */
  readonly peakBytes: number;
}

/** What is timed, the one that takes least memory first. */
const STEPS = [
  { model: "nano", batchSize: 8, height: 256, width: 320, maxRounds: Number.POSITIVE_INFINITY },
  { model: "small", batchSize: 1, height: 518, width: 518, maxRounds: 3 },
] as const;

/** Times the training steps of Nano and Small on random data, each taking turns with a plain matrix product. */
export async function benchTraining(rounds: number, threads: number): Promise<TrainingResult[]> {
  const results: TrainingResult[] = [];
  for (const { maxRounds, ...step } of STEPS) results.push(await benchStep(step, Math.min(rounds, maxRounds), threads));
  return results;
}

async function benchStep(
  { model, batchSize, height, width }: Omit<(typeof STEPS)[number], "maxRounds">,
  rounds: number,
  threads: number,
): Promise<TrainingResult> {
  const network = trainableNetwork(model);
  const step = await createTrainingStep(network, {
    ...{ labelled: batchSize, height, width, session: { threads } },
    losses: { affineInvariant: 1, gradientMatching: 0.5 },
  });
  const parameters = seededWeights(parameterShapes(network.build()));
  const moments = new Map<string, Moments>(
    [...parameters].map(([name, { data }]) => [
      name,
      { mean: new Float32Array(data.length), square: new Float32Array(data.length) },
    ]),
  );
  const batch = {
    "labelled.pixels": randomFloats(batchSize * 3 * height * width),
    "labelled.target": randomFloats(batchSize * height * width),
    "labelled.mask": new Float32Array(batchSize * height * width).fill(1),
  };
  const product = await matrixProduct(threads);

  const [graphTimes, stepTimes, productTimes]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= rounds; round++) {
    const productMs = await product.time();
    const start = performance.now();
    const { gradients } = await step.run(batch, parameters);
    const graphMs = performance.now() - start;
    for (const [name, gradient] of gradients)
      adamWStep((parameters.get(name) as Tensor<"float32">).data, gradient, moments.get(name) as Moments, round + 1, {
        learningRate: 1e-5,
        weightDecay: 0.01,
      });
    if (round === 0) continue; // the first pass allocates
    graphTimes.push(graphMs);
    stepTimes.push(performance.now() - start);
    productTimes.push(productMs);
  }
  await step.dispose();
  await product.dispose();

  const [stepMs, graphMs] = [median(stepTimes), median(graphTimes)];
  const stepGflop = step.graph.nodes.reduce((sum, node) => sum + floatingPointOperations(node), 0) / 1e9;
  const stepGflops = (stepGflop / graphMs) * 1000;
  const matmulGflops = product.gflop / (median(productTimes) / 1000);
  return {
    ...{ model, batchSize, height, width, stepMs, graphMs, stepGflop, stepGflops, matmulGflops },
    imagesPerSecond: (batchSize * 1000) / stepMs,
    shareOfMatmul: stepGflops / matmulGflops,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** Twice the multiply-adds of a convolution or matrix product, 0 for every other operator. */
function floatingPointOperations({ op, inputs, outputs, attributes }: Node): number {
  const dims = (value: { readonly dims: readonly Dim[] } | undefined) => value?.dims as readonly number[];
  const [x, kernel] = [dims(inputs[0]), dims(inputs[1])];
  if (op === "MatMul") return 2 * elementCount(dims(outputs[0])) * (x.at(-1) as number);
  if (op !== "Conv" && op !== "ConvTranspose") return 0;
  const [, perGroup] = kernel as readonly [number, number]; // inputs of an output, or the reverse when transposed
  const window = elementCount((attributes as ConvAttributes).kernel_shape);
  return 2 * elementCount(op === "Conv" ? dims(outputs[0]) : x) * perGroup * window;
}

/** The product of a transformer's first MLP layer at 518x518: large enough to run at the machine's full rate. */
async function matrixProduct(threads: number) {
  const [rows, inner, columns] = [1370, 384, 1536];
  const graph = createGraph("product");
  output("c", o.matmul(input(graph, "a", [rows, inner]), input(graph, "b", [inner, columns])));
  const session = await createSession(graph, new Map(), { threads });
  const feeds = {
    a: float32([rows, inner], randomFloats(rows * inner)),
    b: float32([inner, columns], randomFloats(inner * columns)),
  };
  const repeats = 10;
  return {
    gflop: (2 * rows * inner * columns) / 1e9,
    dispose: () => session.dispose(),
    async time(): Promise<number> {
      const times: number[] = [];
      for (let i = 0; i < repeats; i++) {
        const start = performance.now();
        await session.run(feeds);
        times.push(performance.now() - start);
      }
      return Math.min(...times);
    },
  };
}

function randomFloats(length: number): Float32Array {
  const random = createRandom(3, length);
  return Float32Array.from({ length }, () => random.next());
}
