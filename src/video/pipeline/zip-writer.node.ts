import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { crc32, createDeflateRaw } from "node:zlib";

/** A zip archive being written from beginning to end. */
export interface ZipWriter {
  /** Adds a file of any size, deflated; its bytes pass through and are not kept. */
  add(name: string, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
}

interface Member {
  readonly name: Uint8Array;
  readonly at: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** 4.5: zip64. */
const VERSION = 45;
/** Sizes follow the content; the name is UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1980-01-01, the oldest date an archive can state: the same bytes whenever it is made. */
const DATE = 0x21;
const IN_EXTRA = 0xffffffff;

/**
 * Writes a zip archive with 64-bit sizes (PKWARE APPNOTE 6.3.10), which libraries that stream in JavaScript leave out: an
 * hour of depth is more than 4 GiB.
 */
export async function openZipWriter(path: string): Promise<ZipWriter> {
  const file = await open(path, "w");
  const members: Member[] = [];
  let at = 0;
  const write = async (bytes: Uint8Array): Promise<void> => {
    await file.writeFile(bytes);
    at += bytes.length;
  };
  return {
    async add(text, content) {
      const name = new TextEncoder().encode(text);
      const start = at;
      let [crc, size] = [0, 0];
      const sizes = [u16(1), u16(16), u64(0), u64(0)];
      await write(
        bytesOf(u32(0x04034b50), u16(VERSION), ...common(name, 0, IN_EXTRA, IN_EXTRA), u16(20), name, ...sizes),
      );
      const from = at;
      async function* counted(): AsyncGenerator<Uint8Array> {
        for await (const chunk of content) {
          crc = crc32(chunk, crc);
          size += chunk.length;
          yield chunk;
        }
      }
      await pipeline(counted, createDeflateRaw({ level: 1, chunkSize: 1 << 18 }), async (packed) => {
        for await (const chunk of packed) await write(chunk);
      });
      members.push({ name, at: start, crc, packed: at - from, size });
      await write(bytesOf(u32(0x08074b50), u32(crc), u64(at - from), u64(size)));
    },
    async finish() {
      const start = at;
      for (const { name, at: begin, crc, packed, size } of members)
        await write(
          bytesOf(
            ...[u32(0x02014b50), u16(VERSION), u16(VERSION), ...common(name, crc, IN_EXTRA, IN_EXTRA)],
            ...[u16(28), u16(0), u16(0), u16(0), u32(0), u32(IN_EXTRA), name],
            ...[u16(1), u16(24), u64(size), u64(packed), u64(begin)],
          ),
        );
      const [end, count] = [at, members.length];
      await write(
        bytesOf(
          ...[u32(0x06064b50), u64(44), u16(VERSION), u16(VERSION), u32(0), u32(0)],
          ...[u64(count), u64(count), u64(end - start), u64(start)],
          ...[u32(0x07064b50), u32(0), u64(end), u32(1)],
          ...[u32(0x06054b50), u16(0), u16(0), u16(count), u16(count), u32(IN_EXTRA), u32(IN_EXTRA), u16(0)],
        ),
      );
      await file.sync();
      await file.close();
    },
    abort: () => file.close(),
  };
}

/** Flags to the length of the name, which both headers have. */
function common(name: Uint8Array, crc: number, packed: number, size: number): Uint8Array[] {
  const head = [u16(FLAGS), u16(DEFLATED), u16(0), u16(DATE)];
  return [...head, u32(crc), u32(packed), u32(size), u16(name.length)];
}

function bytesOf(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

function u16(value: number): Uint8Array {
  return new Uint8Array(Uint16Array.of(value).buffer);
}

function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function u64(value: number): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
}
