import type { Image } from "../image/image.ts";

/** Placeholder: marks nothing. */
export function markSky(_image: Image, _disparity: Float32Array): void {}
