import type { SessionOptions } from "../../runtime/session.ts";
import { DepthError } from "../../util/errors.ts";
import { createFeatureEncoder, createTeacher, type FeatureEncoder, type PseudoLabeller } from "./pseudo-labels.ts";
import type { StagePlan } from "./stage-plan.ts";
import { startWeights, trainedWeights, weightsDigest } from "./start-weights.node.ts";

/** The fixed networks that a student learns from; a teacher, and a student of files alone, has none. */
export interface Supervisors {
  readonly teacher?: PseudoLabeller;
  readonly frozen?: FeatureEncoder;
  /** Checksums of their weights, by use. */
  readonly sources: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Opens the networks that a stage learns from.
 * @param teacherFile the teacher's weights
 * @throws DepthError `bad-argument` when the stage needs a teacher and there is no file; as `startWeights`.
 */
export async function openSupervisors(
  { network, startSeed, sizes, unlabelled }: StagePlan,
  teacherFile: string | undefined,
  options: SessionOptions,
): Promise<Supervisors> {
  const sources: Record<string, string> = {};
  if (!unlabelled) return { sources, close: async () => {} };
  const { student, count } = unlabelled;
  let teacher: PseudoLabeller | undefined;
  let frozen: FeatureEncoder | undefined;
  if (unlabelled.teacher && student.weights.unlabelled > 0) {
    if (teacherFile === undefined)
      throw new DepthError("bad-argument", "The student learns from a teacher's labels: give the teacher's weights.");
    const weights = await trainedWeights(unlabelled.teacher.network, teacherFile);
    sources.teacher = weightsDigest(weights);
    teacher = await createTeacher(unlabelled.teacher.network, weights, count, sizes, unlabelled.teacher.sizes, options);
  }
  if (student.alignment.weight > 0) {
    const weights = await startWeights(network, { encoder: student.encoder, decoder: "random" }, startSeed);
    sources["frozen encoder"] = weightsDigest(weights);
    frozen = await createFeatureEncoder(network, weights, count, sizes, options);
  }
  return {
    ...(teacher && { teacher }),
    ...(frozen && { frozen }),
    sources,
    close: async () => {
      await teacher?.dispose();
      await frozen?.dispose();
    },
  };
}
