import { readFile } from "node:fs/promises";
import { DepthError, messageOf } from "../../util/errors.ts";
import type { RunRecord, StepRecord, ValidationRecord } from "./records.ts";

/** What a run has written so far, in order. */
export interface RunRecords {
  readonly steps: readonly StepRecord[];
  readonly validations: readonly ValidationRecord[];
  /** Lines in the middle of the file that are no records. */
  readonly unreadableLines: number;
}

/**
 * Reads a `metrics.jsonl`. The last line may be torn, since the run may be writing it or have died of it. Steps that stand
 * there twice, because the run went back to a checkpoint, count as they were done last. No file is a run without steps.
 * @throws DepthError `io` when the file is there but cannot be read
 */
export async function readMetrics(path: string): Promise<RunRecords> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new DepthError("io", `Cannot read ${path}: ${messageOf(error)}`, { cause: error });
  });
  const [steps, validations]: [StepRecord[], ValidationRecord[]] = [[], []];
  let unreadableLines = 0;
  const lines = text.split("\n");
  for (const [i, line] of lines.entries()) {
    const record = parseRecord(line);
    if (record) {
      while ((steps.at(-1)?.step ?? 0) >= firstUndone(record)) steps.pop();
      while ((validations.at(-1)?.step ?? 0) > record.step) validations.pop();
    }
    if (record?.kind === "step") steps.push(record);
    else if (record?.kind === "validation") addValidation(validations, record);
    else if (line !== "" && i < lines.length - 1) unreadableLines++;
  }
  return { steps, validations, unreadableLines };
}

/** A step is done again from its own number on; a validation follows its step. */
const firstUndone = ({ kind, step }: RunRecord): number => (kind === "step" ? step : step + 1);

function addValidation(validations: ValidationRecord[], record: ValidationRecord): void {
  const same = validations.findLastIndex(({ step, dataset }) => step === record.step && dataset === record.dataset);
  if (same >= 0) validations.splice(same, 1);
  validations.push(record);
}

function parseRecord(line: string): RunRecord | undefined {
  if (line === "") return undefined;
  try {
    const record = JSON.parse(line) as Partial<StepRecord & { kind: string }> | null;
    if (!(typeof record?.step === "number" && record.step > 0)) return undefined;
    if (record.kind === "step") return isStep(record) ? record : undefined;
    return isValidation(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

const isTable = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

function isStep(record: object): record is StepRecord {
  const { losses, learningRate, timeMs, waitMs, images } = record as Partial<StepRecord>;
  return (
    isTable(losses) && isTable(learningRate) && [timeMs, waitMs, images].every((value) => typeof value === "number")
  );
}

function isValidation(record: object): record is ValidationRecord {
  const { kind, dataset, metrics } = record as Partial<ValidationRecord>;
  return kind === "validation" && typeof dataset === "string" && isTable(metrics);
}
