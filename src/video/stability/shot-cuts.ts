import { isBlank, isOverexposed, type LumaPyramid } from "./luma-pyramid.ts";
import { type FlowField, opticalFlow } from "./optical-flow.ts";

/** A frame begins a shot when no more than this share of its textured patches is found in the frame before. */
const LOST = 0.22;

/** What a frame is to the frames before it. */
export type FrameRelation =
  /** It shows what the frame before showed; `flow` leads from it to there. */
  | { readonly kind: "same"; readonly flow: FlowField }
  /** It shows something else. */
  | { readonly kind: "cut" }
  /** It shows nothing that could be compared: black, white, a flash. */
  | { readonly kind: "blank" };

/**
 * Tells a hard cut without looking ahead: a cut is where motion search does not find the frame's texture in the last frame
 * that showed any. Motion is searched for, and brightness and contrast are taken out, so neither pans nor flashes nor
 * fades are cuts; a frame of nothing but black or white is none yet, and the first frame behind it decides. Dissolves are
 * no cuts: every frame of them resembles the one before.
 * @param before the last frame that was not blank
 */
export function relateFrame(frame: LumaPyramid, before: LumaPyramid | undefined): FrameRelation {
  if (isBlank(frame) || isOverexposed(frame)) return { kind: "blank" };
  const [now, then] = [frame.levels[0], before?.levels[0]];
  if (before === undefined || now?.width !== then?.width || now?.height !== then?.height) return { kind: "cut" };
  const flow = opticalFlow(frame, before);
  return flow.found < LOST ? { kind: "cut" } : { kind: "same", flow };
}
