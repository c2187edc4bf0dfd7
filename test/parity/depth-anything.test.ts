import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { output } from "../../src/graph/graph.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { buildDepthAnything } from "../../src/models/depth-anything.ts";
import { parseModelConfig } from "../../src/models/parse-config.ts";
import { createSession } from "../../src/runtime/session.ts";
import { readWeights } from "../../src/weights/load-weights.node.ts";
import { relativeError } from "../golden-file.ts";
import { type GoldenModel, goldenModels } from "../golden-models.ts";

/** Of the largest magnitude of a stage; the official float32 code is itself some 1e-6 from its float64 run. */
const TOLERANCE = 1e-5;

describe.each(goldenModels().map((model) => [model.tag, model] as const))("%s", (_, model) => {
  test("every stage is that of the official code, at every size by one session", async () => {
    const outputs = await runAllStages(model);
    const errors: string[] = [];
    let compared = 0;
    for (const [id, stages] of model.cases) {
      for (const [stage, expected] of stages) {
        if (stage === "input") continue;
        const actual = stageOf(outputs.get(id) ?? {}, stage);
        const error = relativeError((actual?.data ?? []) as Float32Array, expected.data);
        if (!(error <= TOLERANCE)) errors.push(`${id}.${stage}: ${error}`);
        expect([stage, actual?.dims]).toEqual([stage, expected.dims]);
        compared++;
      }
    }
    expect(errors).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(model.cases.size);
  });
});

async function runAllStages({ configPath, weightsPath, cases }: GoldenModel) {
  const config = parseModelConfig(JSON.parse(readFileSync(configPath, "utf8")), configPath);
  const graph = buildDepthAnything(config, { tap: output });
  const session = await createSession(graph, await readWeights(weightsPath));
  const results = new Map<string, Record<string, Tensor>>();
  for (const [id, stages] of cases) results.set(id, await session.run({ pixel_values: stages.get("input") as Tensor }));
  await session.dispose();
  return results;
}

/** A stage's tensor; the class token is a part of the normalised tokens that the graph has no use for. */
function stageOf(outputs: Record<string, Tensor>, stage: string): Tensor | undefined {
  if (!stage.startsWith("cls.")) return outputs[stage];
  const norm = outputs[stage.replace("cls", "norm")];
  const [batch = 0, , channels = 0] = norm?.dims ?? [];
  return batch === 1 && norm ? { ...norm, dims: [1, channels], data: norm.data.slice(0, channels) as never } : norm;
}
