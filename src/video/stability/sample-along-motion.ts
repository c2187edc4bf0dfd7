import type { DepthPlane } from "./depth-plane.ts";
import type { FlowField } from "./optical-flow.ts";
import { samplePlane } from "./sample-plane.ts";

/** A frame's map and the map before along the motion, at the pixels of the motion. */
export interface MotionSamples {
  readonly own: Float32Array;
  readonly moved: Float32Array;
}

/** Reads both maps at the pixels of a motion; they are of one size, mostly larger than the motion's. */
export function sampleAlongMotion(
  { width, height, data }: DepthPlane,
  before: DepthPlane,
  flow: FlowField,
): MotionSamples {
  const own = new Float32Array(flow.width * flow.height);
  const moved = new Float32Array(flow.width * flow.height);
  const scaleX = width / flow.width;
  const scaleY = height / flow.height;
  for (let y = 0, at = 0; y < flow.height; y++)
    for (let x = 0; x < flow.width; x++, at++) {
      const px = (x + 0.5) * scaleX - 0.5;
      const py = (y + 0.5) * scaleY - 0.5;
      own[at] = samplePlane(data, width, height, px, py);
      const fromX = px + scaleX * (flow.u[at] as number);
      const fromY = py + scaleY * (flow.v[at] as number);
      moved[at] = samplePlane(before.data, width, height, fromX, fromY);
    }
  return { own, moved };
}
