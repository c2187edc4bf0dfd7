import { type FileHandle, open } from "node:fs/promises";
import type { Source } from "mediabunny";
import type { Mediabunny } from "./media-libraries.node.ts";

/** A Matroska or WebM file, read so that damage ends it instead of whoever reads it. */
export interface MatroskaView {
  readonly source: Source;
  /** What was found to be wrong up to now. */
  damage(): string | undefined;
}

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
/** What may lie in a segment: SeekHead, Info, Cluster, Tracks, Cues, Attachments, Chapters, Tags, Void, CRC-32 (RFC 9559). */
const SEGMENT_CHILDREN = new Set([
  ...[0x114d9b74, 0x1549a966, CLUSTER, 0x1654ae6b, 0x1c53bb6b, 0x1941a469, 0x1043a770, 0x1254c367],
  ...[0xec, 0xbf],
]);

/** What may lie in a cluster: Timestamp, SimpleBlock, BlockGroup, PrevSize, Position, SilentTracks, Void, CRC-32. */
const CLUSTER_CHILDREN = new Set([0xe7, 0xa3, 0xa0, 0xab, 0xa7, 0x5854, 0xec, 0xbf]);

/** Bytes that are to read differently than the file has them. */
interface Patch {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Where clusters lie, and where the file is to end. */
interface Layout {
  readonly end: number;
  readonly patches: readonly Patch[];
  readonly clusters: readonly Head[];
  readonly damage?: string;
}

/**
 * Opens a Matroska or WebM file with a look at its structure: at the heads of its clusters now, at the heads of the blocks
 * in a cluster when it is read. Reading ends with the last whole block before damage, and jumping behind damage works.
 * Without that mediabunny (1.61) drops a cluster that is not all there, several seconds of film, and never comes back from
 * garbage that no cluster follows.
 * @returns undefined for other containers, and for live recordings, whose clusters do not say how long they are
 */
export async function matroskaView(
  { CustomSource }: Mediabunny,
  path: string,
  fileSize: number,
): Promise<MatroskaView | undefined> {
  const file = await open(path, "r");
  const layout = await findLayout(file, fileSize).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  if (!layout) {
    await file.close();
    return undefined;
  }
  const { end } = layout;
  const patches = [...layout.patches];
  const checks = new Map<Head, Promise<void>>();
  let { damage } = layout;
  const check = async (cluster: Head): Promise<void> => {
    const broken = await findBrokenBlock(file, cluster, end);
    if (broken === undefined) return;
    damage ??= `byte ${broken} is garbage`;
    // A filler that reaches to the end makes whoever reads on stop here.
    patches.push({ position: broken, bytes: voidHead(end - broken) });
  };
  const source = new CustomSource({
    getSize: () => end,
    read: async (from, to) => {
      for (const cluster of layout.clusters) {
        if (cluster.dataStart >= to) break;
        if (cluster.dataStart + (cluster.size ?? 0) <= from) continue;
        const running = checks.get(cluster) ?? check(cluster);
        checks.set(cluster, running);
        await running;
      }
      return patched(await readAt(file, from, to - from), from, patches);
    },
    dispose: () => file.close(),
    prefetchProfile: "fileSystem",
  });
  return { source, damage: () => damage };
}

function patched(bytes: Uint8Array, from: number, patches: readonly Patch[]): Uint8Array {
  for (const { position, bytes: patch } of patches)
    for (let i = 0; i < patch.length; i++) {
      const at = position + i - from;
      if (at >= 0 && at < bytes.length) bytes[at] = patch[i] as number;
    }
  return bytes;
}

async function findLayout(file: FileHandle, fileSize: number): Promise<Layout | undefined> {
  const header = await readHead(file, 0);
  if (header?.id !== EBML || header.size === undefined) return undefined;
  const segment = await readHead(file, header.dataStart + header.size);
  if (segment?.id !== SEGMENT) return undefined;
  const segmentEnd = segment.size === undefined ? fileSize : segment.dataStart + segment.size;
  const clusters: Head[] = [];
  const endAt = (end: number, damage: string, cut: readonly Patch[] = []): Layout => {
    return { end, patches: [resized(segment, end), ...cut], clusters, damage };
  };
  const short = `the file is cut short at byte ${fileSize}`;
  let position = segment.dataStart;
  while (position < Math.min(segmentEnd, fileSize)) {
    const child = await readHead(file, position);
    if (!child || !SEGMENT_CHILDREN.has(child.id)) return endAt(position, `byte ${position} is garbage`);
    if (child.size === undefined) return undefined;
    const end = child.dataStart + child.size;
    if (end > fileSize) {
      if (child.id !== CLUSTER) return endAt(position, short);
      const whole = await lastWholeChild(file, child.dataStart, fileSize);
      return endAt(whole, short, [resized(child, whole)]);
    }
    if (child.id === CLUSTER) clusters.push(child);
    position = end;
  }
  return segmentEnd > fileSize ? endAt(fileSize, short) : { end: fileSize, patches: [], clusters };
}

/** Where a cluster's blocks stop making sense. */
async function findBrokenBlock(file: FileHandle, cluster: Head, viewEnd: number): Promise<number | undefined> {
  const { dataStart, size = 0 } = cluster;
  const length = Math.min(size, viewEnd - dataStart);
  const bytes = await readAt(file, dataStart, length);
  for (let at = 0; at < length; ) {
    const child = parseHead(bytes.subarray(at, at + 12), dataStart + at);
    const next = child?.size === undefined ? undefined : child.dataStart + child.size - dataStart;
    if (!child || next === undefined || next > length || !CLUSTER_CHILDREN.has(child.id)) return dataStart + at;
    at = next;
  }
  return undefined;
}

/** The head of an element without meaning that takes a number of bytes with its head. */
function voidHead(length: number): Uint8Array {
  if (length < 9) return Uint8Array.of(0xec, 0x80 | Math.max(0, length - 2));
  const bytes = Uint8Array.of(0xec, 1, 0, 0, 0, 0, 0, 0, 0);
  for (let i = 8, rest = length - 9; i > 1; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}

/** Where the last child that is all there ends. */
async function lastWholeChild(file: FileHandle, from: number, fileSize: number): Promise<number> {
  let position = from;
  for (;;) {
    const child = await readHead(file, position);
    const end = child?.size === undefined ? undefined : child.dataStart + child.size;
    if (end === undefined || end > fileSize) return position;
    position = end;
  }
}

/** An element's ID and size (RFC 8794, 4-6). */
interface Head {
  readonly id: number;
  /** Undefined when it is not known beforehand. */
  readonly size: number | undefined;
  readonly sizePosition: number;
  readonly dataStart: number;
}

async function readHead(file: FileHandle, position: number): Promise<Head | undefined> {
  return parseHead(await readAt(file, position, 12), position);
}

function parseHead(bytes: Uint8Array, position: number): Head | undefined {
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  if (idLength < 1 || idLength > 4 || bytes.length <= idLength) return undefined;
  const sizeLength = Math.clz32(bytes[idLength] as number) - 23;
  if (sizeLength < 1 || sizeLength > 8 || bytes.length < idLength + sizeLength) return undefined;
  let id = 0;
  for (let i = 0; i < idLength; i++) id = id * 256 + (bytes[i] as number);
  let size = (bytes[idLength] as number) & (0xff >> sizeLength);
  for (let i = 1; i < sizeLength; i++) size = size * 256 + (bytes[idLength + i] as number);
  const isUnknown = size === 2 ** (7 * sizeLength) - 1;
  const dataStart = position + idLength + sizeLength;
  return { id, size: isUnknown ? undefined : size, sizePosition: position + idLength, dataStart };
}

/** The size field of an element that ends earlier, as long as the old one. */
function resized({ size, sizePosition, dataStart }: Head, end: number): Patch {
  if (size === undefined) return { position: sizePosition, bytes: new Uint8Array() };
  const length = dataStart - sizePosition;
  const bytes = new Uint8Array(length);
  for (let i = length - 1, rest = end - dataStart; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  bytes[0] = (bytes[0] as number) | (0x80 >> (length - 1));
  return { position: sizePosition, bytes };
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
