import { resampleBilinear } from "../../image/resample-bilinear.ts";
import type { FlowField } from "./optical-flow.ts";

/** A map of one value a pixel. */
export interface DepthPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** The map of the frame before, moved to where its things are now. */
export interface WarpedMap extends DepthPlane {
  /** 0..1, that of the motion. */
  readonly confidence: Float32Array;
}

/** Takes a map along a motion; bilinear, the border repeated. Its size may differ from the motion's. */
export function warpPrevious({ width, height, data }: DepthPlane, flow: FlowField): WarpedMap {
  const atSize = (plane: Float32Array) => resampleBilinear(plane, flow, { width, height, alignCorners: false });
  const u = atSize(flow.u);
  const v = atSize(flow.v);
  const scaleX = width / flow.width;
  const scaleY = height / flow.height;
  const out = new Float32Array(width * height);
  for (let y = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel++) {
      const px = x + scaleX * (u[pixel] as number);
      const py = y + scaleY * (v[pixel] as number);
      const cx = px < 0 ? 0 : px > width - 1 ? width - 1 : px;
      const cy = py < 0 ? 0 : py > height - 1 ? height - 1 : py;
      const x0 = cx | 0;
      const y0 = cy | 0;
      const fx = cx - x0;
      const fy = cy - y0;
      const at = y0 * width + x0;
      const right = x0 + 1 < width ? 1 : 0;
      const down = y0 + 1 < height ? width : 0;
      const top = (data[at] as number) * (1 - fx) + (data[at + right] as number) * fx;
      const bottom = (data[at + down] as number) * (1 - fx) + (data[at + down + right] as number) * fx;
      out[pixel] = top + (bottom - top) * fy;
    }
  return { width, height, data: out, confidence: atSize(flow.confidence) };
}
