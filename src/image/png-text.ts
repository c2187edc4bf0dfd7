const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The CRC-32 that ends every PNG chunk (PNG specification, annex D). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** The signature (8 bytes) and the IHDR chunk (25), which must come first. */
const HEADER_BYTES = 33;

/**
 * A copy of a PNG with tEXt chunks after its header, for encoders that cannot write any (sharp).
 * @param text Latin-1 notes by keyword (1 to 79 characters).
 */
export function insertPngText(png: Uint8Array, text: Readonly<Record<string, string>>): Uint8Array {
  const chunks = Object.entries(text).map(([keyword, note]) => textChunk(`tEXt${keyword}\0${note}`));
  if (chunks.length === 0) return png;
  const parts = [png.subarray(0, HEADER_BYTES), ...chunks, png.subarray(HEADER_BYTES)];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

function textChunk(typeAndData: string): Uint8Array {
  const chunk = new Uint8Array(typeAndData.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, typeAndData.length - 4);
  for (let i = 0; i < typeAndData.length; i++) chunk[4 + i] = typeAndData.charCodeAt(i);
  view.setUint32(typeAndData.length + 4, crc32(chunk.subarray(4, -4)));
  return chunk;
}
