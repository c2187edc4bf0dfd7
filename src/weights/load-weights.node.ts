import { constants } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import type { Tensor } from "../graph/tensor.ts";
import { DepthError, messageOf, throwIfAborted } from "../util/errors.ts";
import type { OnProgress } from "../util/progress.ts";
import { hasHuggingFaceNames, toOriginalNames } from "./names.ts";
import { parseOnnxInitializers } from "./onnx-initializers.ts";
import { parseSafetensors, safetensorsHeaderBytes } from "./safetensors.ts";
import { parseTorchCheckpoint } from "./torch-checkpoint.ts";

/** Options of `readWeights`. */
export interface ReadWeightsOptions {
  /** Stops the reading between two blocks. Default: none. */
  readonly signal?: AbortSignal;
  /** Told after every block; stage `read`, unit `bytes`. Default: none. */
  readonly onProgress?: OnProgress;
}

/** Left by DistributedDataParallel, torch.compile, training wrappers and ZoeDepth's core. */
const PREFIXES = ["module.", "_orig_mod.", "model.", "core.core."];

const BLOCK_BYTES = 2 ** 26;

/**
 * Reads the tensors of a weight file: safetensors, a PyTorch checkpoint or an ONNX model, told apart by content,
 * not by extension. Names come out as in the official checkpoints (`pretrained.blocks.0.attn.qkv.weight`):
 * transformers' names are translated, and a prefix that all names share (`module.`, `_orig_mod.`, `model.`,
 * `core.core.`) is taken off; a whole ZoeDepth checkpoint keeps its `core.core.` beside its other parameters.
 * The file is held in memory once: tensors are views of it where the format allows.
 *
 * @throws DepthError `not-found`, `io`, `too-large`, `aborted`, or `bad-file` / `unsupported` with the path and
 *   what is wrong in the file
 */
export async function readWeights(path: string, options: ReadWeightsOptions = {}): Promise<Map<string, Tensor>> {
  const bytes = await readAligned(path, options);
  const tensors = withoutSharedPrefix(parse(bytes, path));
  return hasHuggingFaceNames(tensors.keys()) ? toOriginalNames(tensors) : tensors;
}

function parse(bytes: Uint8Array, path: string): Map<string, Tensor> {
  // A "{" as byte 8 may occur in any file, but there the header would be absurdly long.
  if ((safetensorsHeaderBytes(bytes) ?? Infinity) < 2 ** 32) return parseSafetensors(bytes, path).tensors;
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 64));
  // "PK" opens a zip archive, 0x80 a bare pickle.
  if (start.startsWith("PK\x03\x04") || bytes[0] === 0x80) return parseTorchCheckpoint(bytes, path);
  if (bytes[0] === 0x08) return parseOnnxInitializers(bytes, path); // field 1, ir_version
  const found = start.startsWith("version https://git-lfs")
    ? "is a Git LFS pointer, not the file itself: fetch it with `git lfs pull`"
    : /^\s*<(!doctype|html)/i.test(start)
      ? "is a web page: the download needs the file's direct address, or a login"
      : bytes.length === 0
        ? "is empty"
        : "is of an unknown format";
  throw new DepthError("bad-file", `${path} ${found}. Expected safetensors, a PyTorch checkpoint or ONNX.`);
}

/**
 * Reads a file of any size up to 4 GiB into memory, placed such that the data of a safetensors file is aligned and needs
 * no copy.
 * @throws DepthError `not-found`, `io`, `too-large`, `aborted`, naming the path
 */
export async function readAligned(path: string, { signal, onProgress }: ReadWeightsOptions = {}): Promise<Uint8Array> {
  let file: FileHandle;
  throwIfAborted(signal);
  try {
    file = await open(path, "r");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code === "ENOENT" ? "not-found" : "io";
    throw new DepthError(code, `Cannot open the weights ${path}: ${messageOf(error)}`, { cause: error });
  }
  try {
    const info = await file.stat();
    if (!info.isFile()) throw new DepthError("bad-argument", `${path} is not a file; expected a file of weights.`);
    if (info.size + 8 > constants.MAX_LENGTH) {
      throw new DepthError(
        "too-large",
        `${path} has ${info.size} bytes; at most ${constants.MAX_LENGTH - 8} are read.`,
      );
    }
    const head = new Uint8Array(9);
    await file.read(head, 0, 9, 0);
    const shift = 8 - Number(BigInt(safetensorsHeaderBytes(head) ?? 0) % 8n);
    const bytes = new Uint8Array(new ArrayBuffer(info.size + shift), shift);
    for (let done = 0; done < bytes.length; ) {
      throwIfAborted(signal);
      const { bytesRead } = await file.read(bytes, done, Math.min(BLOCK_BYTES, bytes.length - done), done);
      if (bytesRead === 0) throw new DepthError("io", `${path} became shorter while it was read.`);
      done += bytesRead;
      onProgress?.({ stage: "read", done, total: bytes.length, unit: "bytes", item: path });
    }
    return bytes;
  } catch (error) {
    if (error instanceof DepthError) throw error;
    throw new DepthError("io", `Cannot read the weights ${path}: ${messageOf(error)}`, { cause: error });
  } finally {
    await file.close();
  }
}

function withoutSharedPrefix(tensors: Map<string, Tensor>): Map<string, Tensor> {
  const names = [...tensors.keys()];
  const prefix = PREFIXES.find((candidate) => names.length > 0 && names.every((name) => name.startsWith(candidate)));
  if (prefix === undefined) return tensors;
  return withoutSharedPrefix(new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor])));
}
