import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import {
  clipFolder,
  decodedByFfmpeg,
  ffmpeg,
  frameNumber,
  H264,
  isFfmpegMissing,
  makeNumberedClip,
  probe,
  probeSound,
  probeTimes,
  sine,
} from "../../../test/support/clips.ts";
import type { Image } from "../../image/image.ts";
import type { Yuv420 } from "../video-types.ts";
import { type CreatedVideoWriter, createVideoWriter, type VideoWriterOptions } from "./create-video-writer.node.ts";
import { openVideo } from "./open-video.node.ts";
import { rgbToYuv420 } from "./rgb-to-yuv420.ts";

const SIZE = { width: 64, height: 48 };

/** A picture whose left half has one colour and whose right half another. */
function halves(left: readonly number[], right: readonly number[], { width, height } = SIZE): Yuv420 {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(i % width < width / 2 ? left : right, i * 3);
  return rgbToYuv420({ width, height, data, maxValue: 255 } satisfies Image);
}

/** Frame `n` of a numbered clip. */
const numbered = (n: number, size = SIZE): Yuv420 => {
  const grey = Array(3).fill(Math.round((4 * n * 255) / 219));
  return halves(grey, grey, size);
};

interface Frame {
  readonly at: number;
  readonly lasts: number;
}

const steady = (count: number, rate: number): Frame[] =>
  Array.from({ length: count }, (_, i) => ({ at: i / rate, lasts: 1 / rate }));

async function write(path: string, frames: readonly Frame[], options: Partial<VideoWriterOptions> = {}) {
  const size = { width: options.width ?? SIZE.width, height: options.height ?? SIZE.height };
  const writer = await createVideoWriter(path, { ...size, ...options });
  for (const [n, { at, lasts }] of frames.entries()) await writer.add(numbered(n, size), at, lasts);
  await writer.finish();
  return writer;
}

describe.skipIf(isFfmpegMissing)("writing clips (needs ffmpeg)", () => {
  const clip = clipFolder();
  const numbersIn = (path: string, { width, height } = SIZE): number[] =>
    decodedByFfmpeg(path, width, height).map((data) => frameNumber({ width, height, data }));

  describe("times", () => {
    it.each([
      ["ntsc.mp4", undefined, 1001 / 30000],
      ["film.mov", undefined, 1001 / 24000],
      ["pal.mp4", undefined, 1 / 25],
      ["odd-clock.mp4", 12345, 77 / 12345],
    ])("%s: every frame at its tick", async (name, ticksPerSecond, step) => {
      const frames = Array.from({ length: 40 }, (_, i) => ({ at: i * step, lasts: step }));
      await write(clip(name), frames, ticksPerSecond ? { ticksPerSecond } : {});
      const times = probeTimes(clip(name));
      expect(times).toHaveLength(40);
      times.forEach(({ pts, duration }, i) => {
        // ffprobe prints six decimals.
        expect(Math.abs(pts - i * step)).toBeLessThan(1e-6);
        expect(Math.abs(duration - step)).toBeLessThan(1e-6);
      });
      expect(numbersIn(clip(name))).toEqual(frames.map((_, i) => i));
      const [stream] = probe(clip(name), "-show_streams").streams;
      expect(Number(stream?.duration)).toBeCloseTo(40 * step, 5);
    });

    it.each(["vfr.mp4", "vfr.mkv", "vfr.webm"])("%s: a variable rate, the last frame's length too", async (name) => {
      const lengths = [10, 40, 20, 33, 1000, 5, 250, 17, 17, 500];
      const frames = lengths.map((ms, i) => ({
        at: lengths.slice(0, i).reduce((sum, length) => sum + length, 0) / 1000,
        lasts: ms / 1000,
      }));
      await write(clip(name), frames);
      const times = probeTimes(clip(name));
      expect(times.map(({ pts }) => pts)).toEqual(frames.map(({ at }) => Number(at.toFixed(6))));
      if (name.endsWith("mp4")) expect(times.map(({ duration }) => duration)).toEqual(lengths.map((ms) => ms / 1000));
      expect(Number(probe(clip(name), "-show_format").format.duration)).toBeCloseTo(1.892, 2);
    });

    it("has a key frame every two seconds", async () => {
      await write(clip("keys.mp4"), steady(50, 10));
      const { packets } = probe(clip("keys.mp4"), "-show_entries", "packet=flags");
      expect(packets.flatMap(({ flags }, i) => (flags?.startsWith("K") ? [i] : []))).toEqual([0, 20, 40]);
    });

    it("a first frame that comes late stays late", async () => {
      await write(
        clip("late.mp4"),
        steady(5, 10).map(({ at, lasts }) => ({ at: at + 0.5, lasts })),
      );
      const [stream] = probe(clip("late.mp4"), "-show_streams").streams;
      expect(Number(stream?.start_time)).toBeCloseTo(0.5, 6);
    });
  });

  describe("pictures", () => {
    it.each([
      ["a.mp4", "h264", "h264"],
      ["a.mov", "h264", "h264"],
      ["a.mkv", "h264", "h264"],
      ["hevc.mp4", "hevc", "hevc"],
      ["vp9.webm", "vp9", "vp9"],
      ["vp9.mkv", "vp9", "vp9"],
      ["av1.mp4", "av1", "av1"],
    ] as const)("%s: tagged BT.709 limited, colours as they went in", async (name, codec, named) => {
      const writer = await createVideoWriter(clip(name), { ...SIZE, codec, quality: 100 });
      const count = codec === "av1" ? 3 : 10;
      for (let i = 0; i < count; i++) await writer.add(halves([200, 60, 40], [20, 90, 220]), i / 10, 0.1);
      await writer.finish();
      const [stream] = probe(clip(name), "-show_streams").streams;
      expect(stream).toMatchObject({ codec_name: named, pix_fmt: "yuv420p", ...SIZE });
      if (codec === "h264" || codec === "vp9") {
        const bt709 = { color_space: "bt709", color_primaries: "bt709", color_transfer: "bt709" };
        expect(stream).toMatchObject({ ...bt709, ...(!name.endsWith(".mov") && { color_range: "tv" }) });
      } else {
        // ffprobe tells what the stream says of itself, which these encoders leave open; the container does say it.
        const file = readFileSync(clip(name));
        const tag = file.indexOf("colrnclx") + 8;
        expect([...file.subarray(tag, tag + 7)]).toEqual([0, 1, 0, 1, 0, 1, 0]);
      }
      const frames = decodedByFfmpeg(clip(name), SIZE.width, SIZE.height, "scale=in_color_matrix=bt709");
      expect(frames).toHaveLength(count);
      const middle = 24 * 64;
      const [left, right] = [16, 48].map((x) => [
        ...(frames[2] as Uint8Array).subarray((middle + x) * 3, (middle + x) * 3 + 3),
      ]);
      [200, 60, 40].forEach((value, k) => {
        expect(Math.abs((left?.[k] as number) - value)).toBeLessThan(6);
      });
      [20, 90, 220].forEach((value, k) => {
        expect(Math.abs((right?.[k] as number) - value)).toBeLessThan(6);
      });
    });

    it("odd sizes: H.264 repeats the last column and row, VP9 takes them as they are", async () => {
      const odd = { width: 63, height: 47 };
      await write(clip("odd.mp4"), steady(8, 10), odd);
      await write(clip("odd.webm"), steady(8, 10), odd);
      const sizeOf = (name: string) => probe(clip(name), "-show_streams").streams[0];
      expect(sizeOf("odd.mp4")).toMatchObject({ width: 64, height: 48 });
      expect(sizeOf("odd.webm")).toMatchObject({ width: 63, height: 47 });
      expect(numbersIn(clip("odd.mp4"))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(numbersIn(clip("odd.webm"), odd)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      const corner = decodedByFfmpeg(clip("odd.mp4"), 64, 48)[7]?.at(-1) as number;
      expect(Math.abs(corner - (28 * 255) / 219)).toBeLessThan(4);
    });

    it("spends more bits for more quality", async () => {
      const sizes = [];
      for (const quality of [25, 90]) {
        const path = clip(`quality${quality}.mp4`);
        const writer = await createVideoWriter(path, { width: 320, height: 180, quality });
        for (let i = 0; i < 30; i++) {
          const data = Uint8Array.from({ length: 320 * 180 * 3 }, (_, k) => (k * (i + 7919)) >>> 5);
          await writer.add(rgbToYuv420({ width: 320, height: 180, data, maxValue: 255 }), i / 30, 1 / 30);
        }
        await writer.finish();
        sizes.push(Number(probe(path, "-show_format").format.size));
      }
      expect(sizes[1]).toBeGreaterThan(2 * (sizes[0] as number));
    });

    it("takes planes that lie in buffers of their own", async () => {
      const writer = await createVideoWriter(clip("apart.mp4"), SIZE);
      const { y, u, v } = numbered(9);
      await writer.add({ ...SIZE, y: y.slice(), u: u.slice(), v: v.slice() }, 0, 0.1);
      await writer.finish();
      expect(numbersIn(clip("apart.mp4"))).toEqual([9]);
    });
  });

  describe("sound", () => {
    const withSound = (name: string, output: readonly string[], rate = 48000): string => {
      makeNumberedClip(clip(name), { frames: 45, rate: "15", inputs: sine(3, rate), output });
      return clip(name);
    };
    const aac = [...H264, "-c:a", "aac"];
    const opus = ["-c:v", "libvpx-vp9", "-b:v", "300k", "-c:a", "libopus"];

    it.each([
      ["aac.mp4", aac, "to.mp4"],
      ["aac.mp4", aac, "to.mov"],
      ["mp3.mp4", [...H264, "-c:a", "libmp3lame"], "mp3-to.mp4"],
      ["opus.webm", opus, "to.webm"],
      ["opus.webm", opus, "opus-to.mp4"],
      ["opus.webm", opus, "opus-to.mkv"],
      ["flac.mkv", [...H264, "-c:a", "flac"], "flac-to.mkv"],
    ])("%s %j -> %s: the same packets at the same times", async (from, output, to) => {
      const source = withSound(from, output);
      const reader = await openVideo(source);
      const writer = await write(clip(to), steady(45, 15), { audioFrom: reader });
      await reader.close();
      expect(writer.audio).toBe("copied");
      const [before, after] = [probeSound(source), probeSound(clip(to))];
      expect(after.map(({ hash }) => hash)).toEqual(before.map(({ hash }) => hash));
      // Matroska counts milliseconds; and of Opus from there ffprobe takes off the decoder's 6.5 ms, which our files state
      // in the codec's header only.
      const slack = to.startsWith("opus") || to === "to.webm" ? 0.0081 : 0.0011;
      after.forEach(({ pts }, i) => {
        expect(Math.abs(pts - (before[i]?.pts as number))).toBeLessThan(slack);
      });
    });

    it("AAC in Matroska lacks the packet before 0 that primes the decoder, and nothing else", async () => {
      const source = withSound("prime.mp4", aac);
      await write(clip("prime.mkv"), steady(45, 15), { audioFrom: source });
      const [before, after] = [probeSound(source), probeSound(clip("prime.mkv"))];
      expect(before[0]?.pts).toBeLessThan(0);
      expect(after.map(({ hash }) => hash)).toEqual(before.slice(1).map(({ hash }) => hash));
      expect(after[0]?.pts).toBe(0);
    });

    it("is cut with the pictures", async () => {
      const source = withSound("whole.mp4", aac);
      await write(clip("part.mp4"), steady(15, 15), { audioFrom: source, fromSeconds: 1, toSeconds: 2 });
      const before = probeSound(source).filter(({ pts }) => pts >= 1 && pts < 2);
      const after = probeSound(clip("part.mp4"));
      expect(after.map(({ hash }) => hash)).toEqual(before.map(({ hash }) => hash));
      after.forEach(({ pts }, i) => {
        expect(Math.abs(pts - ((before[i]?.pts as number) - 1))).toBeLessThan(1e-4);
      });
    });

    it.each([
      ["44.1 kHz", 44100],
      ["48 kHz", 48000],
    ])("AAC at %s becomes Opus in WebM, as long and as loud, in step", async (_, rate) => {
      const source = withSound(`to-opus-${rate}.mp4`, aac, rate);
      const path = clip(`opus-${rate}.webm`);
      const writer = await write(path, steady(45, 15), { audioFrom: source });
      expect(writer.audio).toBe("transcoded");
      const stream = probe(path, "-select_streams", "a", "-show_streams").streams[0];
      expect(stream).toMatchObject({ codec_name: "opus", sample_rate: "48000" });
      const [before, after] = [samplesOf(source), samplesOf(path)];
      expect(Math.abs(after.length - before.length) / 48000).toBeLessThan(0.05);
      expect(loudness(after) / loudness(before)).toBeCloseTo(1, 1);
      // A sine of 440 Hz crosses zero 880 times a second; drift or gaps would change that.
      expect(Math.abs(crossings(after, 0.5, 2.5) - 1760)).toBeLessThan(4);
    });

    it("lies beside the pictures in the file", async () => {
      const source = withSound("beside.mp4", aac);
      await write(clip("beside-out.mp4"), steady(45, 15), { audioFrom: source });
      const { packets } = probe(clip("beside-out.mp4"), "-show_entries", "packet=pts_time,pos,codec_type");
      const inFile = packets.toSorted((a, b) => Number(a.pos) - Number(b.pos));
      let latest = 0;
      for (const { pts_time } of inFile) {
        expect(Number(pts_time)).toBeGreaterThan(latest - 1.2);
        latest = Math.max(latest, Number(pts_time));
      }
    });

    it("of a clip without sound is none, and of one that nothing can decode is left out", async () => {
      makeNumberedClip(clip("mute.mp4"), { frames: 5 });
      expect((await write(clip("mute-out.mp4"), steady(5, 25), { audioFrom: clip("mute.mp4") })).audio).toBe("none");
      const dts = [...H264, "-c:a", "dca", "-strict", "-2"];
      makeNumberedClip(clip("dts.mkv"), { frames: 25, inputs: sine(1), output: dts });
      expect((await write(clip("dts-out.webm"), steady(5, 25), { audioFrom: clip("dts.mkv") })).audio).toBe("left-out");
      expect(probe(clip("dts-out.webm"), "-show_streams").streams).toHaveLength(1);
    });

    it("does not make the file of a clip whose sound is missing", async () => {
      await expect(write(clip("nosource.mp4"), [], { audioFrom: clip("nothing.mp4") })).rejects.toMatchObject({
        code: "not-found",
      });
      expect(existsSync(clip("nosource.mp4"))).toBe(false);
    });
  });

  describe("ends", () => {
    const parts = async (): Promise<string[]> => (await readdir(clip("."))).filter((name) => name.endsWith(".part"));
    const begun = async (name: string, options: Partial<VideoWriterOptions> = {}): Promise<CreatedVideoWriter> => {
      const writer = await createVideoWriter(clip(name), { ...SIZE, ...options });
      for (let i = 0; i < 12; i++) await writer.add(numbered(i), i / 10, 0.1);
      return writer;
    };

    it("has no name before it is finished, and then replaces what was there", async () => {
      await writeFile(clip("named.mp4"), "old");
      const writer = await begun("named.mp4");
      expect(await parts()).toHaveLength(1);
      expect(readFileSync(clip("named.mp4"), "utf8")).toBe("old");
      await writer.finish();
      expect(await parts()).toEqual([]);
      expect(numbersIn(clip("named.mp4"))).toHaveLength(12);
      await expect(writer.add(numbered(0), 9, 1)).rejects.toMatchObject({ code: "bad-state" });
      await expect(writer.finish()).rejects.toMatchObject({ code: "bad-state" });
    });

    it.each(["mp4", "mkv", "webm"])(
      "aborted: playable under another name (%s), sound as long as the pictures",
      async (ending) => {
        makeNumberedClip(clip("abort-source.mp4"), { frames: 75, inputs: sine(3), output: [...H264, "-c:a", "aac"] });
        const writer = await begun(`aborted.${ending}`, { audioFrom: clip("abort-source.mp4") });
        await writer.abort(clip(`partial.${ending}`));
        expect(existsSync(clip(`aborted.${ending}`))).toBe(false);
        expect(numbersIn(clip(`partial.${ending}`))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        expect(Number(probe(clip(`partial.${ending}`), "-show_format").format.duration)).toBeCloseTo(1.2, 0);
        expect(probeSound(clip(`partial.${ending}`)).at(-1)?.pts).toBeLessThan(1.25);
        expect(await parts()).toEqual([]);
        await writer.abort();
      },
    );

    it("aborted without a name, or before the first frame: nothing is left", async () => {
      await (await begun("gone.mp4")).abort();
      await (await createVideoWriter(clip("never.mp4"), SIZE)).abort(clip("never-kept.mp4"));
      for (const name of ["gone.mp4", "never.mp4", "never-kept.mp4"]) expect(existsSync(clip(name))).toBe(false);
      expect(await parts()).toEqual([]);
    });

    it("without frames is an error", async () => {
      const writer = await createVideoWriter(clip("none.mp4"), SIZE);
      await expect(writer.finish()).rejects.toMatchObject({ code: "bad-state", message: /no frame/ });
      expect([existsSync(clip("none.mp4")), await parts()]).toEqual([false, []]);
    });

    it("refuses frames of another size and times that do not rise; nothing of that spoils the clip", async () => {
      const writer = await begun("strict.mp4");
      await expect(writer.add(numbered(0, { width: 32, height: 48 }), 2, 1)).rejects.toThrow(
        /32x48 pixels; expected 64x48/,
      );
      await expect(writer.add(numbered(0), 1.1, 1)).rejects.toThrow(/times from 0 on that rise/);
      await expect(writer.add(numbered(0), Number.NaN, 1)).rejects.toMatchObject({ code: "bad-argument" });
      await writer.finish();
      expect(numbersIn(clip("strict.mp4"))).toHaveLength(12);
    });

    it.each([
      ["x.avi", {}, /expected .mp4, .m4v, .mov, .webm, .mkv/],
      ["x.webm", { codec: "h264" }, /takes no h264/],
      ["x.mp4", { width: 0 }, /0x48/],
      ["x.mp4", { quality: 0 }, /quality/],
      ["x.mp4", { frameRate: 0 }, /frameRate/],
    ] as const)("%s %o", async (name, options, message) => {
      const error: unknown = await createVideoWriter(clip(name), { ...SIZE, ...options }).catch((e: unknown) => e);
      expect(error).toMatchObject({ name: "DepthError", code: "bad-argument", message });
    });

    it("a folder that cannot be made is an io error", async () => {
      await writeFile(clip("file"), "");
      await expect(createVideoWriter(clip("file/x.mp4"), SIZE)).rejects.toMatchObject({ code: "io" });
    });

    // A limit on the size of files stands for a full disk: the system refuses to write on in the same way.
    it.skipIf(process.platform === "win32")("a full disk is an io error that says so; nothing is left", async () => {
      const program = `
        import { createVideoWriter } from ${JSON.stringify(new URL("create-video-writer.node.ts", import.meta.url).href)};
        const size = { width: 640, height: 360 };
        const writer = await createVideoWriter(process.argv[1], { ...size, bitsPerSecond: 60e6 });
        let state = 1;
        const noise = () => Uint8Array.from({ length: 640 * 360 }, () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24);
        try {
          for (let i = 0; i < 300; i++) {
            const grey = new Uint8Array(320 * 180).fill(128);
            await writer.add({ ...size, y: noise(), u: grey, v: grey }, i / 30, 1 / 30);
          }
          await writer.finish();
        } catch (error) { console.log(error.name, error.code, error.message); }`;
      const node = `${process.execPath} --import tsx --conditions=source --input-type=module -e "$0" "$1"`;
      const { stdout, stderr } = await promisify(execFile)("bash", [
        "-c",
        `ulimit -f 6000; ${node}`,
        program,
        clip("full.mp4"),
      ]);
      expect(stderr).toBe("");
      expect(stdout).toMatch(/^DepthError io Cannot write .*full.mp4: the disk is full/);
      expect([existsSync(clip("full.mp4")), await parts()]).toEqual([false, []]);
    });
  });

  it("reads what it wrote: times, pictures and sound through reader and writer are those of the source", async () => {
    const output = [...H264, "-c:a", "aac", "-video_track_timescale", "30000"];
    makeNumberedClip(clip("source.mp4"), { rate: "30000/1001", frames: 45, inputs: sine(1.5), output });
    const reader = await openVideo(clip("source.mp4"));
    const { width, height, ticksPerSecond } = reader.info;
    const writer = await createVideoWriter(clip("copy.mp4"), { width, height, ticksPerSecond, audioFrom: reader });
    for await (const frame of reader.frames()) {
      await writer.add(rgbToYuv420(await frame.toImage()), frame.timestampSeconds, frame.durationSeconds);
      frame.close();
    }
    await writer.finish();
    await reader.close();
    expect(probeTimes(clip("copy.mp4"))).toEqual(probeTimes(clip("source.mp4")));
    expect(probeSound(clip("copy.mp4"))).toEqual(probeSound(clip("source.mp4")));
    expect(numbersIn(clip("copy.mp4"))).toEqual(Array.from({ length: 45 }, (_, i) => i));
    const rates = ["source.mp4", "copy.mp4"].map(
      (name) => probe(clip(name), "-show_streams").streams[0]?.avg_frame_rate,
    );
    expect(rates).toEqual(["30000/1001", "30000/1001"]);
  });

  /** Mono samples at 48 kHz, as ffmpeg decodes them. */
  function samplesOf(path: string): Float32Array {
    ffmpeg("-i", path, "-vn", "-ac", "1", "-ar", "48000", "-f", "f32le", clip("samples.raw"));
    return new Float32Array(readBytes(clip("samples.raw")));
  }
});

function readBytes(path: string): ArrayBuffer {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

function loudness(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
}

function crossings(samples: Float32Array, fromSeconds: number, toSeconds: number): number {
  let count = 0;
  for (let i = fromSeconds * 48000; i < toSeconds * 48000; i++)
    if ((samples[i - 1] as number) < 0 !== (samples[i] as number) < 0) count++;
  return count;
}
