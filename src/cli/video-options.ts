import { type Command, InvalidArgumentError, Option } from "commander";
import type { StereoLayout } from "../effects/stereo-layout.ts";
import { STEREO_LAYOUTS } from "../effects/stereo-layout.ts";
import type { Size } from "../image/resize-rule.ts";
import { COLORMAPS, type Colormap } from "../output/colormaps.ts";
import type { VideoCodec } from "../video/media/container-format.ts";
import { type ClipOptions, VIDEO_FORMATS, type VideoFormat } from "../video/pipeline/clip-options.ts";
import { parseClockTime } from "../video/pipeline/clock-time.ts";
import { VIDEO_VIEWS, type VideoView } from "../video/render/frame-renderer.node.ts";
import { numberIn, numbers } from "./effects/option-readers.ts";
import { addModelOptions, type ModelOptions, positiveInteger, size } from "./model-options.ts";

const CODECS: readonly VideoCodec[] = ["h264", "hevc", "vp9", "av1"];

/** Options of `depth-anything video`. */
export interface VideoCommandOptions extends ModelOptions {
  readonly model?: string;
  readonly out?: string;
  readonly format?: VideoFormat;
  readonly as: VideoView;
  readonly from?: number;
  readonly to?: number;
  readonly fps?: number;
  readonly maxSize?: number;
  readonly inputSize?: number | Size;
  readonly codec?: VideoCodec;
  readonly quality?: number;
  readonly colormap?: Colormap;
  readonly alpha: number;
  readonly divergence: number;
  readonly layout: StereoLayout;
  readonly audio: boolean;
  readonly smoothing?: number;
  readonly twoPass?: true;
  readonly range?: readonly number[];
  readonly legend?: true;
  readonly segment?: number;
  readonly poster?: string;
  readonly report?: string;
  readonly json?: true;
}

/** Adds them to a command. */
export function addVideoOptions(command: Command): Command {
  command
    .option("-m, --model <id>", "a name from `models list` (default: nano, the model inside the package)")
    .option("-o, --out <path>", "folder or file to write (default: X_depth.mp4 beside X.mp4)")
    .addOption(new Option("-f, --format <name>", "container, or numbers (default: as the clip)").choices(VIDEO_FORMATS))
    .addOption(new Option("--as <view>", "what the video shows").choices(VIDEO_VIEWS).default("colour"))
    .option("--from <time>", "begin here: seconds or 1:23.5", time)
    .option("--to <time>", "end before this", time)
    .option("--fps <rate>", "even frame rate (default: every frame at its own time)", numberIn(0.001, 1000))
    .option("--max-size <pixels>", "longer side of the output (default: the clip's)", positiveInteger)
    .option(
      "--input-size <size>",
      "side in pixels the network works at, or WxH (default: the model's; 256 for nano)",
      size,
    )
    .addOption(new Option("--codec <name>", "of the video (default: h264; vp9 in WebM)").choices(CODECS))
    .option("--quality <number>", "of the video, 1 to 100; 25 more double the bits (default: 75)", numberIn(1, 100))
    .addOption(new Option("--colormap <name>", "colours (default: near is red)").choices(COLORMAPS))
    .option("--alpha <share>", "of the colours in overlay", numberIn(0, 1), 0.5)
    .option("--divergence <percent>", "stereo: shift between the eyes, % of the width", numberIn(-25, 25), 2.5)
    .addOption(new Option("--layout <name>", "stereo: how the views lie").choices(STEREO_LAYOUTS).default("full-sbs"))
    .option("--no-audio", "leave the sound out")
    .option("--smoothing <strength>", "how strongly frames agree with those before: 0 to 1", numberIn(0, 1))
    .option("--two-pass", "go over the clip twice, so that the colours of a shot never move")
    .option("--range <low,high>", "values at the ends of the colours (default: found for each shot)", numbers(2))
    .option("--segment <frames>", "what a killed run loses at most (default: 240)", positiveInteger)
    .option("--legend", "a strip that says what the colours mean")
    .option("--poster <file>", "also a contact sheet of the clip, PNG (several clips: a folder)")
    .option("--report <file>", "also numbers of the run: shots, flicker, where the time went; .json or text");
  return addModelOptions(command).option("--json", "print the results as JSON");
}

/** The same for the library, without paths of outputs. */
export function clipOptionsOf(options: VideoCommandOptions): ClipOptions {
  const { from, to, range, divergence, layout, ...rest } = options;
  const { format, fps, maxSize, inputSize, codec, quality, colormap, smoothing, twoPass, legend } = rest;
  const [low, high] = range ?? [];
  const given = { format, fps, maxSize, inputSize, codec, quality, colormap, smoothing, twoPass, legend };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    ...(set as ClipOptions),
    ...{ as: rest.as, alpha: rest.alpha, audio: rest.audio, stereo: { divergencePercent: divergence, layout } },
    ...(rest.report !== undefined && { measureFlicker: true }),
    ...(rest.segment !== undefined && { segmentFrames: rest.segment }),
    ...(from !== undefined && { fromSeconds: from }),
    ...(to !== undefined && { toSeconds: to }),
    ...(low !== undefined && high !== undefined && { range: { low, high } }),
  };
}

function time(text: string): number {
  const seconds = parseClockTime(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError("Expected seconds or a time: 83.5, 1:23.5, 1:02:45.");
}
