import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DepthError, messageOf } from "../util/errors.ts";
import { openPairFolder } from "./pair-folder.node.ts";
import type { Dataset } from "./sample.ts";

/**
 * NYU Depth V2, training pictures: `rgb/*.jpg` and `depth/*.png`, 8 bits, metres = (v + 0.5) / 25.5.
 * The codes stop at 10 m. Every pixel is known (in-painted by the dataset's authors).
 * @throws DepthError as `openPairFolder`.
 */
export function openNyuv2Train(folder: string): Promise<Dataset> {
  return openPairFolder({
    name: "nyuv2-train",
    folder,
    truthFolder: "depth",
    kind: "depth-metres",
    bits: 8,
    meaningOf: (code) => (code + 0.5) / 25.5,
  });
}

/**
 * NYU Depth V2, pictures to measure on: metres = (v + 0.5) / 255 * max_depth_m, the largest depth of
 * each picture listed in `index.csv` (`index,max_depth_m`). Pictures keep their 640x480 white border:
 * score inside the Eigen crop.
 * @throws DepthError as `openPairFolder`; `bad-file` for an index that does not list a picture.
 */
export async function openNyuv2Dev(folder: string): Promise<Dataset> {
  const path = join(folder, "index.csv");
  const maxDepthMetres = await readMaxDepths(path);
  return openPairFolder({
    name: "nyuv2-dev",
    folder,
    truthFolder: "depth",
    kind: "depth-metres",
    bits: 8,
    meaningOf: (code, name) => {
      const max = maxDepthMetres.get(name);
      if (max === undefined) throw new DepthError("bad-file", `${path} does not list picture ${name}.`);
      return ((code + 0.5) / 255) * max;
    },
  });
}

async function readMaxDepths(path: string): Promise<Map<string, number>> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new DepthError("not-found", `Cannot read ${path}: ${messageOf(error)}`, { cause: error });
  });
  const [header, ...rows] = text.trim().split(/\r?\n/);
  if (header !== "index,max_depth_m") {
    throw new DepthError("bad-file", `${path} starts with "${header}"; expected "index,max_depth_m".`);
  }
  return new Map(
    rows.map((row, i) => {
      const [name = "", depth = ""] = row.split(",");
      if (!(Number(depth) > 0)) {
        throw new DepthError("bad-file", `${path} line ${i + 2}: expected NAME,METRES, got "${row}".`);
      }
      return [name, Number(depth)];
    }),
  );
}
