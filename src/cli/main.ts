#!/usr/bin/env node
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import type { CommandContext } from "./command-context.ts";
import { reportError } from "./report-error.ts";

interface Verb {
  readonly usage: string;
  readonly description: string;
  /** Imported when the verb is called: everything else would only slow the start down. */
  readonly load: () => Promise<{ define(command: Command, context: CommandContext): void }>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  estimate: {
    usage: "estimate <inputs...>",
    description: "depth maps of photos: files, folders or glob patterns (the word estimate may be left out)",
    load: () => import("./estimate.ts"),
  },
  video: {
    usage: "video <clips...>",
    description: "depth of clips, steady from frame to frame: video, image sequences, NumPy",
    load: () => import("./video.ts"),
  },
  convert: {
    usage: "convert <inputs...>",
    description: "existing depth maps into other formats: EXR, PFM, NPY, NPZ, TIFF, PNG, ControlNet",
    load: () => import("./convert.ts"),
  },
  calibrate: {
    usage: "calibrate <photo>",
    description: "turn relative depth into metres from known depths, distances, a sensor or another map",
    load: () => import("./calibrate.ts"),
  },
  scene: {
    usage: "scene <photo>",
    description: "3D from a photo: points, mesh, printable relief, normal map, view from above",
    load: () => import("./scene.ts"),
  },
  measure: {
    usage: "measure <photo>",
    description: "distances between pixels, places and planes",
    load: () => import("./measure.ts"),
  },
  effect: {
    usage: "effect",
    description: "stereo, focus, fog, light, cutouts, composites and 3D photos",
    load: () => import("./effect.ts"),
  },
  gallery: {
    usage: "gallery <inputs...>",
    description: "photos and their depth as one web page: slider, values, 3D",
    load: () => import("./gallery.ts"),
  },
  label: {
    usage: "label [inputs...]",
    description: "pseudo-labels of any number of photos as WebDataset shards",
    load: () => import("./label.ts"),
  },
  models: { usage: "models", description: "list, describe and download models", load: () => import("./models.ts") },
  train: { usage: "train", description: "train a network, or go on with a run", load: () => import("./train.ts") },
  eval: {
    usage: "eval [datasets...]",
    description: "score models on pictures with known depth",
    load: () => import("./eval.ts"),
  },
  export: { usage: "export [model]", description: "write a model as ONNX", load: () => import("./export.ts") },
};

const EXAMPLES = `
Examples:
  depth-anything photo.jpg                          writes photo_depth.png, offline, with the bundled model
  depth-anything photos/ --out depth/               every picture in a folder
  depth-anything "photos/**/*.webp" --model small   a larger model, downloaded once
  depth-anything photo.jpg --format png16,npy       values that can be computed with
  depth-anything photo.jpg --json                   a result for programs
  depth-anything video walk.mp4 --as side-by-side   a depth video with the clip's sound and times
  depth-anything models list --commercial-only
  depth-anything scene photo.jpg --relative --out scene.glb
  depth-anything effect parallax photo.jpg -o photo.webp
  depth-anything eval data/kitti --out runs/eval    scores, with a report to look at
  depth-anything train --demo
  depth-anything export small-v2 --out small-v2.onnx --precision fp16

Exit codes: 0 done, 1 something failed, 2 wrong use, 130 interrupted.`;

/** The arguments with `estimate` put before a first word that is a picture or an option rather than a verb. */
function withVerb(args: readonly string[]): readonly string[] {
  const first = args.find((arg) => arg !== "--verbose");
  if (first === undefined || first in VERBS || first === "help") return args;
  const isOption = first.startsWith("-") && !["-h", "--help", "-V", "--version"].includes(first);
  // Any other bare word is more likely a mistyped verb than a missing file.
  const isPath = !first.startsWith("-") && (/[./\\*?[{]/.test(first) || existsSync(first));
  return isOption || isPath ? ["estimate", ...args] : args;
}

async function main(userArgs: readonly string[]): Promise<void> {
  const args = withVerb(userArgs);
  const interruption = new AbortController();
  // Once: a second Ctrl-C ends the process at once.
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interruption.abort(name));
  // A reader that has seen enough, for example `head`, is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  const program = new Command("depth-anything")
    .description("Depth from a single picture.")
    .version(version)
    .option("--verbose", "show where an error came from")
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError("See depth-anything --help. A first word that is no command must be a file, folder or pattern.")
    .exitOverride();
  const called = args.find((arg) => arg in VERBS);
  for (const [name, { usage, description, load }] of Object.entries(VERBS)) {
    const command = program.command(usage).description(description);
    if (name === called || args.includes("help")) (await load()).define(command, { signal: interruption.signal });
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    // Commander has printed its own message already.
    process.exitCode =
      error instanceof CommanderError
        ? error.exitCode && 2
        : reportError(error, { verbose: userArgs.includes("--verbose"), interrupted: interruption.signal.aborted });
  }
}

await main(process.argv.slice(2));
