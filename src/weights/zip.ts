import { inflateSync } from "fflate";
import { DepthError, messageOf } from "../util/errors.ts";

/** One file inside a zip archive. */
export interface ZipEntry {
  /** Size of the content in bytes as the archive states it. */
  readonly size: number;
  /** Whether `read` must inflate, that is allocate `size` bytes. */
  readonly deflated: boolean;
  /** The content: a view of the archive where it is stored, a new array where it is deflated. */
  read(): Uint8Array;
}

/**
 * Lists a zip archive (PKWARE APPNOTE 6.3.10; zip64 too) without copying or inflating anything, which is why this
 * is not left to a zip library: checkpoints store a gigabyte uncompressed. Checksums are not verified.
 *
 * @param name what to call the file in errors
 * @throws DepthError `bad-file` if the archive is cut off or inconsistent, `unsupported` for encryption and for
 *   methods other than stored and deflated
 */
export function readZip(bytes: Uint8Array, name: string): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const bad = (what: string, cause?: unknown) =>
    new DepthError("bad-file", `${name}: damaged zip archive: ${what}. Fetch the file again.`, { cause });
  const need = (position: number, size: number, what: string): number => {
    if (position >= 0 && position + size <= bytes.length) return position;
    throw bad(`${what} lies at byte ${position} of ${bytes.length}, the file is probably cut off`);
  };
  const u16 = (position: number) => view.getUint16(position, true);
  const u32 = (position: number) => view.getUint32(position, true);
  const u64 = (position: number) => Number(view.getBigUint64(position, true));

  let end = bytes.length - 22;
  const lowest = Math.max(0, end - 0xffff); // an archive comment has at most 65535 bytes
  while (end >= lowest && u32(end) !== 0x06054b50) end--;
  if (end < lowest) throw bad("its end record is missing, the file is probably cut off");
  let count = u16(end + 10);
  let at = u32(end + 16);
  if (end >= 20 && u32(end - 20) === 0x07064b50) {
    const end64 = need(u64(end - 12), 56, "the zip64 end record");
    if (u32(end64) !== 0x06064b50) throw bad("its zip64 end record is missing");
    count = u64(end64 + 32);
    at = u64(end64 + 48);
  }

  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i < count; i++) {
    if (u32(need(at, 46, "its directory")) !== 0x02014b50) throw bad(`directory entry ${i + 1} of ${count} is missing`);
    const [flags, method] = [u16(at + 8), u16(at + 10)];
    const sizes = { compressed: u32(at + 20), size: u32(at + 24), header: u32(at + 42) };
    const [nameLength, extraLength, commentLength] = [u16(at + 28), u16(at + 30), u16(at + 32)];
    need(at, 46 + nameLength + extraLength + commentLength, "its directory");
    const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    readZip64(at + 46 + nameLength, extraLength, sizes);
    at += 46 + nameLength + extraLength + commentLength;

    if (entries.has(path)) throw bad(`"${path}" occurs twice`);
    if (flags & 1 || (method !== 0 && method !== 8)) {
      const found = flags & 1 ? "encrypted" : `compressed by method ${method}`;
      throw new DepthError("unsupported", `${name}: "${path}" is ${found}; supported: stored and deflated.`);
    }
    const { compressed, size, header } = sizes;
    const read = () => {
      if (u32(need(header, 30, `"${path}"`)) !== 0x04034b50) throw bad(`"${path}" has no header`);
      const start = header + 30 + u16(header + 26) + u16(header + 28);
      const content = bytes.subarray(need(start, compressed, `"${path}"`), start + compressed);
      const data = method === 0 ? content : inflate(content, size, path);
      if (data.length !== size) throw bad(`"${path}" has ${data.length} bytes, ${size} expected`);
      return data;
    };
    entries.set(path, { size, deflated: method === 8, read });
  }
  return entries;

  /** Sizes that do not fit 32 bits stand in the zip64 field, in this order and only where needed. */
  function readZip64(start: number, length: number, sizes: { compressed: number; size: number; header: number }): void {
    for (let p = start; p + 4 <= start + length; p += 4 + u16(p + 2)) {
      if (u16(p) !== 1) continue;
      let q = p + 4;
      for (const key of ["size", "compressed", "header"] as const) {
        if (sizes[key] !== 0xffffffff) continue;
        if (q + 8 > start + length) throw bad("a zip64 field is too short");
        sizes[key] = u64(q);
        q += 8;
      }
    }
  }

  function inflate(content: Uint8Array, size: number, path: string): Uint8Array {
    // Deflate reaches 1032:1 at most, so a larger claim is a lie and nothing is allocated for it.
    if (size > 1032 * content.length + 64) throw bad(`"${path}" states ${size} bytes from ${content.length}`);
    try {
      return inflateSync(content, { out: new Uint8Array(size + 1) }); // one to spare shows a stream that is too long
    } catch (error) {
      throw bad(`"${path}" cannot be inflated (${messageOf(error)})`, error);
    }
  }
}
