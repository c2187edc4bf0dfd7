// Both stages of a training run as a program of its own, so that it can be killed: node train-run.js CONFIG OUT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTrainConfig } from "../../src/train/config/train-config.ts";
import { STAGE_FILES } from "../../src/train/run/stage-state.node.ts";
import { trainStage } from "../../src/train/run/train-stage.node.ts";
import { messageOf } from "../../src/util/errors.ts";

const [file = "", out = ""] = process.argv.slice(2);
try {
  const config = parseTrainConfig(JSON.parse(readFileSync(file, "utf8")), file);
  const session = { threads: 1 };
  await trainStage(config, "teacher", { folder: join(out, "teacher"), session });
  const teacher = join(out, "teacher", STAGE_FILES.model);
  await trainStage(config, "student", { folder: join(out, "student"), teacher, session });
} catch (error) {
  process.stderr.write(messageOf(error));
  process.exitCode = 1;
}
