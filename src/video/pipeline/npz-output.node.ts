import { open, stat } from "node:fs/promises";
import { encodeNpy } from "../../output/npy.ts";
import { DepthError, messageOf } from "../../util/errors.ts";
import type { ClipOutput } from "./clip-output.ts";
import { type FrameFacts, frameMap } from "./sequence-output.node.ts";
import { openZipWriter } from "./zip-writer.node.ts";

/**
 * One NumPy archive of a clip: `depths` (frames, height, width), `times` and `durations` (frames) in seconds, all float32
 * little-endian. Segments hold the bare numbers; the archive is written at the end, when the count is known, by streaming
 * them through, so that no more than a few frames are in memory.
 */
export function npzOutput(facts: FrameFacts): ClipOutput {
  return {
    segmentExtension: ".f32",
    async beginSegment(path) {
      const file = await open(path, "w").catch((error: unknown) => {
        throw cannotWrite(path, error);
      });
      return {
        async add({ depth }) {
          const { data } = frameMap(depth, facts);
          await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).catch((error) => {
            throw cannotWrite(path, error);
          });
        },
        async finish() {
          await file.sync();
          await file.close();
        },
        abort: () => file.close(),
      };
    },
    async join(segments, to) {
      const { size } = facts;
      const times = segments.flatMap(({ timesSeconds }) => timesSeconds);
      const durations = segments.flatMap(({ durationsSeconds }) => durationsSeconds);
      const dims = [times.length, size.height, size.width];
      async function* depths(): AsyncGenerator<Uint8Array> {
        yield npyHeader(dims);
        for (const { path, timesSeconds } of segments) {
          const wanted = timesSeconds.length * size.width * size.height * 4;
          const { size: bytes } = await stat(path);
          if (bytes !== wanted)
            throw new DepthError("bad-file", `${path} has ${bytes} bytes instead of ${wanted}. Remove its folder.`);
          const file = await open(path);
          yield* file.createReadStream();
        }
      }
      const zip = await openZipWriter(to);
      try {
        await zip.add("depths.npy", depths());
        await zip.add("times.npy", [encodeNpy({ dims: [times.length], data: Float32Array.from(times) })]);
        await zip.add("durations.npy", [encodeNpy({ dims: [times.length], data: Float32Array.from(durations) })]);
        await zip.finish();
        return "none";
      } catch (error) {
        await zip.abort();
        throw error instanceof DepthError ? error : cannotWrite(to, error);
      }
    },
  };
}

/** What stands before the numbers of an array. */
function npyHeader(dims: readonly number[]): Uint8Array {
  return encodeNpy({ dims, data: new Float32Array(0) });
}

const cannotWrite = (path: string, error: unknown): DepthError =>
  new DepthError("io", `Cannot write ${path}: ${messageOf(error)}`, { cause: error });
