import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Reply, Request } from "./child.ts";
import { type Job, STAGES, type Stage } from "./contender.ts";
import { median } from "./statistics.ts";

/** Medians in milliseconds of one contender; `post` is what the whole call takes beside the other stages. */
export interface Side {
  readonly timeMs: Readonly<Record<"load" | Stage | "post", number>>;
  readonly peakBytes: number;
}

export interface DuelResult {
  readonly modelId: string;
  /** Width x height. */
  readonly photo: string;
  readonly input: string;
  readonly ours: Side;
  readonly peer: Side;
  /** Medians of the rounds' ratios ours / peer: what slows both for a moment cancels out. */
  readonly ratio: Readonly<Record<Stage, number>>;
  /** Relative difference of the means of what both networks make of one input: shows that they are the same. */
  readonly outputDifference: number;
}

/** What a table shows, in order of time. */
export const STAGE_COLUMNS = ["load", "decode", "pre", "forward", "post", "whole"] as const;

const SIDES = ["ours", "peer"] as const;

/** Runs both contenders side by side, each in its own process, their stages taking turns. */
export async function duel(job: Omit<Job, "contender">, photo: string, rounds: number): Promise<DuelResult> {
  const children = { ours: start(), peer: start() };
  try {
    const times = { ours: emptyTimes(), peer: emptyTimes() };
    const load = { ours: 0, peer: 0 };
    for (const side of SIDES) {
      load[side] = (await ask(children[side], { load: { ...job, contender: side } })).timeMs;
      for (const stage of STAGES) await ask(children[side], { stage }); // the first pass allocates: not counted
    }
    for (let round = 0; round < rounds; round++)
      for (const stage of STAGES)
        for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed())
          times[side][stage].push((await ask(children[side], { stage })).timeMs);

    const [ours, peer] = [
      await summarise(children.ours, load.ours, times.ours),
      await summarise(children.peer, load.peer, times.peer),
    ];
    const ratio = (stage: Stage) => median(times.ours[stage].map((time, i) => time / (times.peer[stage][i] as number)));
    return {
      ...{ modelId: job.modelId, photo, input: ours.input, ours: ours.side, peer: peer.side },
      ratio: { decode: ratio("decode"), pre: ratio("pre"), forward: ratio("forward"), whole: ratio("whole") },
      outputDifference: Math.abs(ours.probe / peer.probe - 1),
    };
  } finally {
    for (const child of Object.values(children)) child.kill();
  }
}

function start(): ChildProcess {
  return fork(fileURLToPath(new URL("./child.ts", import.meta.url)), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

async function ask(child: ChildProcess, request: Request): Promise<Reply> {
  const answered = new AbortController();
  const next = async (event: string): Promise<unknown> => (await once(child, event, answered))[0];
  const ended = next("exit").then((code): Reply => ({ timeMs: 0, error: `A child process ended (${code}).` }));
  child.send(request);
  const reply = await Promise.race([next("message") as Promise<Reply>, ended]);
  answered.abort();
  if (reply.error) throw new Error(reply.error);
  return reply;
}

type Times = Record<Stage, number[]>;

const emptyTimes = (): Times => ({ decode: [], pre: [], forward: [], whole: [] });

async function summarise(child: ChildProcess, load: number, times: Times) {
  const { summary } = await ask(child, { finish: true });
  if (!summary) throw new Error("A child finished without a summary.");
  const [decode, pre, forward, whole] = STAGES.map((stage) => median(times[stage])) as [number, number, number, number];
  const post = Math.max(0, whole - decode - pre - forward);
  const side: Side = { timeMs: { load, decode, pre, forward, post, whole }, peakBytes: summary.peakBytes };
  return { side, input: summary.inputShape.toReversed().join("x"), probe: summary.probe };
}
