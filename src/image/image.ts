/** A decoded picture: RGB, interleaved, rows from the top, no alpha. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** `width * height * 3` samples, RGB. `Uint16Array` when the file held more than 8 bits a sample. */
  readonly data: Uint8Array | Uint16Array;
  /** The sample value that means full intensity: 255 or 65535. */
  readonly maxValue: 255 | 65535;
  /** Where it came from (a path), for messages and metadata. */
  readonly source?: string;
}
