import type { Image } from "../../image/image.ts";
import { type LumaPyramid, lumaPyramidWithin } from "../stability/luma-pyramid.ts";
import type { FlowField } from "../stability/optical-flow.ts";
import { relateFrame } from "../stability/shot-cuts.ts";

/** Longer side of the pictures in which motion is searched: twice that of the stabilizer, which it judges. */
const SIDE = 256;

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
      const picture = lumaPyramidWithin(image, SIDE);
      const seen = relateFrame(picture, before);
      before = picture;
      return seen.kind === "same" ? seen.flow : undefined;
    },
  };
}
