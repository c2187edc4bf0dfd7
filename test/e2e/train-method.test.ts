import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { demoConfig, labelledOnly } from "../../src/cli/train-demo.ts";
import { parseTrainConfig, type StageName, type TrainConfig } from "../../src/train/config/train-config.ts";
import { STAGE_FILES } from "../../src/train/run/stage-state.node.ts";
import { trainStage } from "../../src/train/run/train-stage.node.ts";
import { readMetrics } from "../../src/train/watch/read-metrics.node.ts";

/** Less than half of what was measured, over three seeds. */
const MARGIN = 0.01;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "method-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("a student of pseudo-labels beats one of the few labelled pictures, on scenes that neither has seen", async () => {
  const options = { width: 96, height: 64, seed: 1, teacherSteps: 30, studentSteps: 120 };
  const config = parseTrainConfig(demoConfig(options), "the miniature");
  const train = async (name: string, stage: StageName, what: TrainConfig) => {
    const teacher = join(folder, "teacher", STAGE_FILES.model);
    await trainStage(what, stage, { folder: join(folder, name), teacher });
    const metrics = (await readMetrics(join(folder, name, STAGE_FILES.metrics))).validations.at(-1)?.metrics ?? {};
    return { delta1: metrics.delta1 as number, absRel: metrics.absRel as number };
  };
  await train("teacher", "teacher", config);
  const student = await train("student", "student", config);
  const baseline = await train("baseline", "student", labelledOnly(config));
  expect(student.delta1).toBeGreaterThan(baseline.delta1 + MARGIN);
  expect(student.absRel).toBeLessThan(baseline.absRel);
}, 600_000);
