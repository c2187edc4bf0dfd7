import { colourise } from "./colourise.ts";
import type { DepthFormat } from "./depth-format.ts";

/** 8-bit colour PNG, for looking at. */
export const png8: DepthFormat = {
  name: "png8",
  extensions: [".png"],
  description: "8-bit RGB PNG in colours or grey, stretched per picture; for looking at, the values are lost",
  encode: (depth, { colormap }, encodePng) => encodePng({ ...colourise(depth, colormap), channels: 3 }),
};
