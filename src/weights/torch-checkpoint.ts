import { BYTES_PER_ELEMENT, type DataOf, type DType, elementCount, type Tensor } from "../graph/tensor.ts";
import { allocate, elementsOf } from "../graph/tensor-bytes.ts";
import { DepthError } from "../util/errors.ts";
import { type PickleGlobal, unpickle } from "./pickle.ts";
import { readZip } from "./zip.ts";

const STORAGES: ReadonlyMap<string, DType> = new Map<string, DType>([
  ["torch.DoubleStorage", "float64"],
  ["torch.FloatStorage", "float32"],
  ["torch.HalfStorage", "float16"],
  ["torch.BFloat16Storage", "bfloat16"],
  ["torch.LongStorage", "int64"],
  ["torch.IntStorage", "int32"],
  ["torch.ShortStorage", "int16"],
  ["torch.CharStorage", "int8"],
  ["torch.ByteStorage", "uint8"],
  ["torch.BoolStorage", "bool"],
]);

const GLOBALS: ReadonlySet<string> = new Set([
  ...STORAGES.keys(),
  "torch._utils._rebuild_tensor_v2",
  "torch._utils._rebuild_parameter",
  "collections.OrderedDict",
  "torch.Size",
]);

/** Keys under which training scripts put the state dict beside other values. */
const WRAPPERS = ["model", "state_dict", "model_state_dict"];

/** PyTorch's own limit of dimensions. */
const MAX_RANK = 64;

/** A pickle names tensors (about 120 bytes each) and does not hold them; one byte can cost 200 bytes of memory. */
const MAX_PICKLE_BYTES = 2 ** 21;

/** A storage as the pickle names it; its bytes are a file of the archive. */
interface StorageRef {
  readonly kind: "storage";
  readonly dtype: DType;
  readonly key: string;
  readonly length: number;
}

/** A tensor as the pickle describes it, checked but not yet read. */
interface TensorRef {
  readonly kind: "tensor";
  readonly storage: StorageRef;
  readonly offset: number;
  readonly dims: readonly number[];
  readonly strides: readonly number[];
}

/**
 * Reads the tensors of a PyTorch checkpoint (`torch.save` since PyTorch 1.6: zip and pickle). Nothing is executed.
 * A state dict is found plain or under `model`, `state_dict` or `model_state_dict`; values that are not tensors are
 * left out. Tensors are views of `bytes` where they are contiguous, stored and aligned.
 *
 * @param name what to call the file in errors
 * @throws DepthError `bad-file` if the file is damaged or a tensor leaves its storage; `unsupported` for the format
 *   of PyTorch before 1.6, TorchScript, big-endian files and pickles that want anything but tensors and plain
 *   values; `too-large` if the tensors would take far more memory than the file
 */
export function parseTorchCheckpoint(bytes: Uint8Array, name: string): Map<string, Tensor> {
  if (bytes[0] === 0x80) {
    throw new DepthError(
      "unsupported",
      `${name}: a PyTorch file of the old format (before 1.6, no zip archive). Convert it once in Python: ` +
        `torch.save(torch.load("old.pth", map_location="cpu", weights_only=True), "new.pth").`,
    );
  }
  const archive = readZip(bytes, name);
  const bad = (what: string) => new DepthError("bad-file", `${name}: not a valid PyTorch checkpoint: ${what}.`);
  const pickles = [...archive.keys()].filter((path) => /^[^/]+\/data\.pkl$/.test(path));
  const root = pickles[0]?.slice(0, -"data.pkl".length);
  const pickle = archive.get(pickles[0] ?? "");
  if (pickles.length !== 1 || root === undefined || pickle === undefined) {
    throw bad(`${pickles.length} files named */data.pkl in the zip archive, expected one`);
  }
  if (archive.has(`${root}constants.pkl`)) {
    throw new DepthError(
      "unsupported",
      `${name}: a TorchScript program, not a checkpoint. Save torch.jit.load(path).state_dict() with torch.save.`,
    );
  }

  // Views cost nothing; what must be allocated may exceed the file somewhat (strides, deflate), not absurdly.
  let budget = 4 * bytes.length + 2 ** 26;
  const spend = (size: number, what: string) => {
    budget -= size;
    if (budget >= 0) return;
    const found = `${what} asks for ${size} bytes more`;
    throw new DepthError("too-large", `${name}: unpacked, it is far larger than the file (${found}); refused.`);
  };
  const open = (path: string): Uint8Array => {
    const entry = archive.get(path);
    if (entry === undefined) throw bad(`"${path}" is missing in the zip archive`);
    if (entry.deflated) spend(entry.size, `"${path}"`);
    return entry.read();
  };
  if (archive.has(`${root}byteorder`) && new TextDecoder().decode(open(`${root}byteorder`)) !== "little") {
    throw new DepthError("unsupported", `${name}: big-endian data. Save it again on a little-endian machine.`);
  }

  if (pickle.size > MAX_PICKLE_BYTES) {
    const found = `${pickle.size} bytes, at most ${MAX_PICKLE_BYTES} are read`;
    throw new DepthError("too-large", `${name}: its pickle has ${found}. Save the state dict alone.`);
  }
  const content = unpickle(open(`${root}data.pkl`), name, {
    globals: GLOBALS,
    persistent: (id) => storageRef(id) ?? fail(bad("a persistent id is no storage")),
    call(path, args) {
      if (path === "torch._utils._rebuild_tensor_v2") return tensorRef(args) ?? fail(bad("a tensor is malformed"));
      if (path === "torch._utils._rebuild_parameter" && isRef(args[0], "tensor")) return args[0];
      if (path === "torch.Size" && args.length === 1 && Array.isArray(args[0])) return args[0];
      if (path === "collections.OrderedDict" && args.length === 0) return new Map();
      throw bad(`a call of ${path} with arguments that do not fit`);
    },
  });

  const storages = new Map<string, DataOf[DType]>();
  const readStorage = ({ dtype, key, length }: StorageRef): DataOf[DType] => {
    const cacheKey = `${dtype}/${key}`;
    let data = storages.get(cacheKey);
    if (data === undefined) {
      const content = open(`${root}data/${key}`);
      if (content.length !== length * BYTES_PER_ELEMENT[dtype]) {
        throw bad(`storage ${key} has ${content.length} bytes, its tensors expect ${length} elements of ${dtype}`);
      }
      if (content.byteOffset % BYTES_PER_ELEMENT[dtype] !== 0) spend(content.length, `storage ${key}`);
      data = elementsOf(dtype, content);
      storages.set(cacheKey, data);
    }
    return data;
  };

  const tensors = new Map<string, Tensor>();
  for (const [key, value] of stateDict(content) ?? fail(bad(`no state dict found among ${keysOf(content)}`))) {
    if (typeof key !== "string" || !isRef(value, "tensor")) continue;
    const { storage, offset, dims, strides } = value;
    const count = elementCount(dims);
    const last = offset + dims.reduce((sum, dim, i) => sum + (dim - 1) * (strides[i] as number), 0);
    if (offset > storage.length || (count > 0 && last >= storage.length)) {
      const range = `[${dims}] with strides [${strides}] from element ${offset}`;
      throw bad(`tensor "${key}" (${range}) leaves its storage of ${storage.length} elements`);
    }
    const inPlace = count === 0 || isContiguous(dims, strides);
    if (!inPlace) spend(count * BYTES_PER_ELEMENT[storage.dtype], `tensor "${key}"`);
    const data = readStorage(storage);
    tensors.set(key, {
      dtype: storage.dtype,
      dims,
      data: inPlace ? data.subarray(offset, offset + count) : gather(data, value, count),
    });
  }
  return tensors;
}

function fail(error: Error): never {
  throw error;
}

function isRef<K extends "storage" | "tensor" | "global">(
  value: unknown,
  kind: K,
): value is { storage: StorageRef; tensor: TensorRef; global: PickleGlobal }[K] {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** PyTorch's persistent id: ("storage", type, key, device, elements). */
function storageRef(id: unknown): StorageRef | undefined {
  const [tag, type, key, , length] = Array.isArray(id) ? (id as unknown[]) : [];
  const dtype = isRef(type, "global") ? STORAGES.get(type.path) : undefined;
  if (tag !== "storage" || dtype === undefined || typeof key !== "string" || !isCount(length)) return undefined;
  return { kind: "storage", dtype, key, length };
}

/** Arguments of `_rebuild_tensor_v2`: storage, offset, size, stride, and what matters to training only. */
function tensorRef([storage, offset, dims, strides]: readonly unknown[]): TensorRef | undefined {
  const isShape = (value: unknown): value is number[] =>
    Array.isArray(value) && value.length <= MAX_RANK && value.every(isCount);
  if (!isRef(storage, "storage") || !isCount(offset) || !isShape(dims) || !isShape(strides)) return undefined;
  if (dims.length !== strides.length || !Number.isSafeInteger(elementCount(dims))) return undefined;
  return { kind: "tensor", storage, offset, dims: [...dims], strides: [...strides] };
}

function stateDict(content: unknown): Map<unknown, unknown> | undefined {
  if (!(content instanceof Map)) return undefined;
  return [content, ...WRAPPERS.map((key) => content.get(key))].find(
    (value): value is Map<unknown, unknown> =>
      value instanceof Map && [...value.values()].some((item) => isRef(item, "tensor")),
  );
}

function keysOf(content: unknown): string {
  const all = content instanceof Map ? [...content.keys()] : [];
  const keys = all.flatMap((key) => (typeof key === "string" ? [`"${key.slice(0, 50)}"`] : [])).slice(0, 10);
  return `[${keys.join(", ")}]; expected tensors there or under ${WRAPPERS.map((key) => `"${key}"`).join(", ")}`;
}

function isContiguous(dims: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = dims.length - 1; i >= 0; i--) {
    const dim = dims[i] as number;
    if (dim !== 1 && strides[i] !== expected) return false;
    expected *= dim;
  }
  return true;
}

/** Copies a strided tensor into row-major order. */
function gather(data: DataOf[DType], { storage, offset, dims, strides }: TensorRef, count: number): DataOf[DType] {
  const result = allocate(storage.dtype, count);
  const index = dims.map(() => 0);
  let from = offset;
  for (let to = 0; to < count; to++) {
    result[to] = data[from] as never;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (dims[axis] as number)) break;
      from -= (strides[axis] as number) * (dims[axis] as number);
      index[axis] = 0;
    }
  }
  return result;
}
