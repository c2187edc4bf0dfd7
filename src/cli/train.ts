import { join } from "node:path";
import type { Command } from "commander";
import type { StageName, TrainConfig } from "../train/config/train-config.ts";
import { STAGE_FILES } from "../train/run/stage-state.node.ts";
import { DepthError } from "../util/errors.ts";
import type { CommandContext } from "./command-context.ts";
import { positiveInteger } from "./model-options.ts";
import { configOf, type TrainConfigOptions } from "./train-config-file.ts";
import { runDemo } from "./train-demo.ts";
import { defineFineTune } from "./train-fine-tune.ts";
import { runStage, type TrainRunOptions } from "./train-run.ts";

interface TrainOptions extends TrainConfigOptions, TrainRunOptions {
  readonly demo?: true;
}

interface StudentOptions extends TrainOptions {
  readonly teacher?: string;
}

/** `depth-anything train [both] | teacher | student | fine-tune`. */
export function define(command: Command, context: CommandContext): void {
  addRunOptions(
    command
      .command("both", { isDefault: true })
      .description("both stages, one after the other (the word both may be left out)"),
  )
    .option("--demo", "both stages on invented scenes in a few minutes: no files needed")
    .action((options: TrainOptions) => trainBoth(options, context));
  addRunOptions(command.command("teacher").description("stage 1: learn from labelled pictures"))
    .option("--init <weights>", "start from a trained model's file instead of what the configuration says")
    .action((options: TrainOptions) => trainOne("teacher", options, context));
  addRunOptions(
    command.command("student").description("stage 2: learn from labelled pictures and from the teacher's labels"),
  )
    .option("--init <weights>", "start from a trained model's file instead of what the configuration says")
    .option("--teacher <weights>", "the teacher's weights (default: what stage 1 left in the folder of the run)")
    .action((options: StudentOptions) => trainOne("student", options, context));
  defineFineTune(command.command("fine-tune"), context);
}

function addRunOptions(command: Command): Command {
  return command
    .option("--config <file>", "training configuration as JSON; not needed to go on with a run")
    .option("-o, --out <folder>", "folder of the run; one that holds a run is gone on with", "runs/train")
    .option("--steps <number>", "train for this many steps instead of the configuration's", positiveInteger)
    .option("--threads <number>", "threads on the processor (default: one a core)", positiveInteger)
    .option("--json", "print every step and the result as JSON lines");
}

async function trainBoth(options: TrainOptions, context: CommandContext): Promise<void> {
  if (options.demo && options.config !== undefined)
    throw new DepthError("bad-argument", "Give either --config or --demo, not both.");
  if (options.demo) return runDemo(options, context);
  const config = await configOf(options, ["teacher", "student"]);
  if (config.teacher && needsTeacher(config)) await runStage(config, "teacher", options, context);
  if (config.student) await runStage(config, "student", { ...options, teacher: teacherOf(options.out) }, context);
}

async function trainOne(stage: StageName, options: StudentOptions, context: CommandContext): Promise<void> {
  const config = await configOf(options, [stage]);
  await runStage(config, stage, { ...options, teacher: options.teacher ?? teacherOf(options.out) }, context);
}

/** A student of files, or of labelled pictures alone, has no teacher; a configuration without a student is a teacher's. */
const needsTeacher = ({ student }: TrainConfig): boolean =>
  student === undefined || (student.unlabelledBatch > 0 && student.labels === "teacher");

const teacherOf = (out: string): string => join(out, "teacher", STAGE_FILES.model);
