import { createGraph, type Graph } from "../src/graph/graph.ts";
import { buildNano, nanoForward } from "../src/models/nano.ts";
import { createTrainingStep } from "../src/train/training-step.ts";
import { parameterShapes, seededWeights } from "../bench/fixtures.ts";
import { pretrainedNanoEncoder } from "../src/train/nano-encoder.node.ts";
const C = process.argv[4] === "new" ? { features: [48, 64, 96, 128], headFeatures: 24, attentionBlocks: 2 } as const : undefined;
const [batchSize, height, width] = process.argv[5] === "small" ? [16, 160, 224] : [8, 256, 320];
const freeze = process.argv[2] === "freeze" ? ["encoder.stem.", "encoder.blocks.0.", "encoder.blocks.1.", "encoder.blocks.2."] : [];
const parameters = seededWeights(parameterShapes(buildNano(C)));
const frozen = new Map([...parameters].filter(([n]) => freeze.some((f) => n.startsWith(f))));
const step = await createTrainingStep((p) => nanoForward(p, C), { batchSize, height, width, gradientLossWeight: 0.5, frozen, ...(process.argv[3] ? { profilePath: process.argv[3] } : {}) } as never);
const r = (n: number) => Float32Array.from({ length: n }, () => Math.random());
const batch = { pixels: r(batchSize * 3 * height * width), target: r(batchSize * height * width), mask: new Float32Array(batchSize * height * width).fill(1) };
for (let i = 0; i < 8; i++) { const t = performance.now(); await step.run(batch, parameters); console.log((performance.now() - t).toFixed(0)); }
await step.dispose();
