import type { Image } from "../../image/image.ts";
import { type LumaPyramid, lumaPyramid } from "../stability/luma-pyramid.ts";
import type { FlowField } from "../stability/optical-flow.ts";
import { relateFrame } from "../stability/shot-cuts.ts";

/** Longer side of the pictures in which motion is searched: twice that of the stabilizer, which it judges. */
const SIDE = 256;
const SMALLEST_SIDE = 16;

/** Finds the motion between a clip's pictures, one after the other. */
export interface ClipMotionSearch {
  /** Motion to the picture before; `undefined` for the first one, behind a cut, and for pictures that show nothing. */
  push(image: Image): FlowField | undefined;
}

/** Begins a clip. */
export function createClipMotionSearch(): ClipMotionSearch {
  let before: LumaPyramid | undefined;
  return {
    push: (image) => {
      const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
      const side = (length: number) => Math.max(SMALLEST_SIDE, Math.round(length * scale));
      const picture = lumaPyramid(image, side(image.width), side(image.height));
      const seen = relateFrame(picture, before);
      before = picture;
      return seen.kind === "same" ? seen.flow : undefined;
    },
  };
}
