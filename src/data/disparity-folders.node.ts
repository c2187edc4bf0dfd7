import { openPairFolder } from "./pair-folder.node.ts";
import type { Dataset } from "./sample.ts";
import { markSky } from "./sky.ts";

/** What to do with pixels that have no disparity. */
export interface DisparityFolderOptions {
  /** Guess the sky and set its disparity to 0, as the paper does where there is no label. Default false. */
  readonly assignSky?: boolean;
}

/**
 * Streets (KITTI stereo pairs): `rgb/*.jpg` and `disp/*.png`, 16 bits, disparity in pixels = v / 256, 0 unknown.
 * @throws DepthError as `openPairFolder`.
 */
export function openStreets(folder: string, options: DisparityFolderOptions = {}): Promise<Dataset> {
  return openDisparityFolder("streets", folder, 1 / 256, options);
}

/**
 * Buildings (multi-view stereo): `rgb/*.jpg` and `disp/*.png`, 16 bits, inverse depth = v up to a scale of
 * its own for each picture, 0 unknown.
 * @throws DepthError as `openPairFolder`.
 */
export function openBuildings(folder: string, options: DisparityFolderOptions = {}): Promise<Dataset> {
  return openDisparityFolder("buildings", folder, 1, options);
}

function openDisparityFolder(
  name: string,
  folder: string,
  scale: number,
  options: DisparityFolderOptions,
): Promise<Dataset> {
  return openPairFolder({
    name,
    folder,
    truthFolder: "disp",
    kind: "disparity",
    bits: 16,
    meaningOf: (code) => (code === 0 ? Number.NaN : code * scale),
    ...(options.assignSky ? { markSky } : {}),
  });
}
