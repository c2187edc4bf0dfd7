import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { type DuelResult, STAGE_COLUMNS } from "./duel.ts";
import type { TrainingResult } from "./training.ts";

/** Machine and versions, without which a time means nothing. */
export function describeMachine(threads: number) {
  const require = createRequire(import.meta.url);
  const version = (name: string) => (require(`../node_modules/${name}/package.json`) as { version: string }).version;
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.version,
    onnxruntime: version("onnxruntime-node"),
    transformers: version("@huggingface/transformers"),
    threads,
  };
}

/** One table a comparison: a row each for the two sides and their ratio. */
export function duelTable({ modelId, photo, input, ours, peer, ratio, outputDifference }: DuelResult): string {
  const cells = (of: (column: (typeof STAGE_COLUMNS)[number]) => string) => STAGE_COLUMNS.map(of);
  const ms = (value: number) => value.toFixed(value < 100 ? 1 : 0);
  const mb = (bytes: number) => `${Math.round(bytes / 1e6)}`;
  const quotient = (value: number) => (Number.isFinite(value) && value > 0 ? value.toFixed(2) : "-");
  const ratios: Readonly<Record<string, number>> = ratio;
  const rows = [
    ["median ms", ...STAGE_COLUMNS, "peak MB"],
    ["ours", ...cells((c) => ms(ours.timeMs[c])), mb(ours.peakBytes)],
    ["transformers.js", ...cells((c) => ms(peer.timeMs[c])), mb(peer.peakBytes)],
    [
      "ours / peer",
      ...cells((c) => quotient(ratios[c] ?? ours.timeMs[c] / peer.timeMs[c])),
      quotient(ours.peakBytes / peer.peakBytes),
    ],
  ];
  const title = `${modelId}, ${photo} photo, network input ${input}; outputs for one input differ by ${outputDifference.toExponential(0)}`;
  return [
    title,
    ...rows.map(([head, ...rest]) => `  ${head?.padEnd(16)}${rest.map((c) => c.padStart(9)).join("")}`),
  ].join("\n");
}

/** A training step in words. */
export function trainingText(result: TrainingResult): string {
  const { model, batchSize, width, height, stepMs, graphMs, stepGflop, stepGflops, matmulGflops, peakBytes } = result;
  return [
    `Training step of ${model}, ${batchSize} x ${width}x${height}: ${result.imagesPerSecond.toPrecision(3)} images/s, at most ${(peakBytes / 1e9).toFixed(1)} GB`,
    `  ${stepMs.toFixed(0)} ms a step, ${graphMs.toFixed(0)} of them forward and backward: ${stepGflop.toFixed(1)} GFLOP of convolutions and products at ${stepGflops.toFixed(0)} GFLOP/s`,
    `  a plain 1370x384x1536 product: ${matmulGflops.toFixed(0)} GFLOP/s; the step reaches ${(100 * result.shareOfMatmul).toFixed(0)} % of it`,
  ].join("\n");
}
