import type { DepthKind } from "../../depth/depth-map.ts";
import type { Image } from "../../image/image.ts";
import type { Size } from "../../image/resize-rule.ts";
import type { Colormap } from "../../output/colormaps.ts";
import { rgbToYuv420 } from "../media/rgb-to-yuv420.ts";
import type { StableDepth, Yuv420 } from "../video-types.ts";
import { below, beside, blend } from "./compose-yuv.ts";
import { legendStrip, legendTexts } from "./legend.node.ts";
import { depthColours, depthPalette } from "./palette.ts";
import { depthDrawer } from "./render-depth.ts";
import { type StereoFrameOptions, stereoFrame } from "./stereo-frame.ts";

/** What a depth video can show. */
export const VIDEO_VIEWS = ["colour", "grey", "side-by-side", "overlay", "stereo"] as const;

/**
 * `colour`, `grey`: the depth. `side-by-side`: frame and colours. `overlay`: colours over the frame. `stereo`: a view for
 * each eye.
 */
export type VideoView = (typeof VIDEO_VIEWS)[number];

/** Options of `createFrameRenderer`. */
export interface RenderOptions {
  /** Default `colour`. */
  readonly as?: VideoView;
  /** Default: near is red. */
  readonly colormap?: Colormap;
  /** Share of the depth's colours in `overlay`, 0 to 1. Default 0.5. */
  readonly alpha?: number;
  /** A strip under the picture that says what the colours mean. Default false; `stereo` has no colours. */
  readonly legend?: boolean;
  /** For `stereo`. */
  readonly stereo?: StereoFrameOptions;
}

/** Makes the pictures of a depth video. */
export interface FrameRenderer {
  /** Whether `render` wants the frame's own picture, of the size shown. */
  readonly needsFrame: boolean;
  /** The picture's memory may be that of the one before. */
  render(depth: StableDepth, frame: Image | undefined): Promise<Yuv420>;
}

/** What is drawn: maps of one size as pictures of one size, both sides even. */
export interface RenderJob {
  readonly kind: DepthKind;
  readonly map: Size;
  readonly shown: Size;
  readonly alignCorners: boolean;
}

/** A renderer for the frames of a clip. */
export function createFrameRenderer(
  { kind, map, shown, alignCorners }: RenderJob,
  { as = "colour", colormap, alpha = 0.5, legend = false, stereo = {} }: RenderOptions,
): FrameRenderer {
  const options = { kind, grey: as === "grey", ...(colormap && { colormap }) };
  const draw = depthDrawer(map, shown, depthPalette(options), alignCorners);
  const needsFrame = as !== "colour" && as !== "grey";

  const picture = (depth: StableDepth, frame: Image | undefined): Yuv420 => {
    if (frame === undefined) return draw(depth);
    if (as === "stereo") return rgbToYuv420(stereoFrame(frame, depth, kind, alignCorners, stereo));
    const own = rgbToYuv420(frame);
    return as === "overlay" ? blend(own, draw(depth), alpha) : beside(own, draw(depth));
  };

  // Drawn again only when a number on it changes.
  let drawn: { readonly text: string; readonly strip: Yuv420 } | undefined;
  const strip = async (width: number, range: StableDepth["range"]): Promise<Yuv420> => {
    const text = JSON.stringify(legendTexts(kind, range));
    if (drawn?.text !== text) {
      const image = await legendStrip(width, shown.height, { kind, colours: depthColours(options), range });
      drawn = { text, strip: rgbToYuv420(image) };
    }
    return drawn.strip;
  };

  return {
    needsFrame,
    async render(depth, frame) {
      const made = picture(depth, frame);
      return legend && as !== "stereo" ? below(made, await strip(made.width, depth.range)) : made;
    },
  };
}
