import type { Contender, Job, Stage } from "./contender.ts";

/** What the parent may ask of a child process, in this order: load, stages, finish. */
export type Request = { readonly load: Job } | { readonly stage: Stage } | { readonly finish: true };

export interface Reply {
  readonly timeMs: number;
  readonly error?: string;
  /** Only in the answer to `finish`. */
  readonly summary?: {
    readonly inputShape: readonly [number, number];
    readonly probe: number;
    readonly peakBytes: number;
  };
}

let contender: Contender;

async function answer(request: Request): Promise<Reply> {
  if ("load" in request) {
    // The modules are read before the clock starts: here they come as TypeScript, in the package as JavaScript.
    const load =
      request.load.contender === "ours" ? (await import("./ours.ts")).loadOurs : (await import("./peer.ts")).loadPeer;
    const start = performance.now();
    contender = await load(request.load);
    return { timeMs: performance.now() - start };
  }
  if ("stage" in request) {
    const start = performance.now();
    await contender.stages[request.stage]();
    return { timeMs: performance.now() - start };
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { timeMs: 0, summary: { inputShape: contender.inputShape(), probe: await contender.probe(), peakBytes } };
}

process.on("message", async (request: Request) => {
  const reply = await answer(request).catch(
    (error: Error): Reply => ({ timeMs: 0, error: error.stack ?? error.message }),
  );
  process.send?.(reply);
});
