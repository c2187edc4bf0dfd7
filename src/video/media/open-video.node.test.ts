import { readFile, truncate, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  clipFolder,
  decodedByFfmpeg,
  ffmpeg,
  frameNumber,
  H264,
  isFfmpegMissing,
  makeColourClip,
  makeNumberedClip,
  probeTimes,
  sine,
} from "../../../test/support/clips.ts";
import type { Image } from "../../image/image.ts";
import type { ReadFramesOptions, VideoInfo } from "../video-types.ts";
import { openVideo } from "./open-video.node.ts";

interface Read {
  readonly info: VideoInfo;
  readonly times: readonly number[];
  readonly durations: readonly number[];
  readonly images: readonly Image[];
  readonly error?: unknown;
}

/** Reads a clip to its end, or to its error. */
async function readAll(path: string, options?: ReadFramesOptions): Promise<Read> {
  const reader = await openVideo(path);
  const [times, durations, images]: [number[], number[], Image[]] = [[], [], []];
  let error: unknown;
  try {
    for await (const frame of reader.frames(options)) {
      expect(frame.index).toBe(times.length);
      times.push(frame.timestampSeconds);
      durations.push(frame.durationSeconds);
      images.push(await frame.toImage());
      frame.close();
    }
  } catch (thrown) {
    error = thrown;
  } finally {
    await reader.close();
  }
  return { info: reader.info, times, durations, images, ...(error !== undefined && { error }) };
}

const numbersOf = ({ images }: Read): number[] => images.map(frameNumber);
const upTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

/** Five seconds of pictures that take room, with a key frame every second. */
function makeNoisyClip(path: string, output: readonly string[]): void {
  const filters = "noise=alls=40:allf=t";
  makeNumberedClip(path, { frames: 50, rate: "10", size: "128x96", filters, output: [...output, "-g", "10"] });
}

function expectNear(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < got.length; i++)
    expect(Math.abs((got[i] as number) - (expected[i] as number)), `at ${i}`).toBeLessThanOrEqual(tolerance);
}

describe.skipIf(isFfmpegMissing)("clips (needs ffmpeg)", () => {
  const clip = clipFolder();

  describe("containers and codecs", () => {
    it.each([
      ["h264.mp4", "mp4", "avc1", H264],
      ["h264.mov", "mov", "avc1", H264],
      ["h264.mkv", "mkv", "avc1", H264],
      ["hevc.mp4", "mp4", "hev1", ["-c:v", "libx265", "-x265-params", "log-level=error", "-tag:v", "hvc1"]],
      ["vp8.webm", "webm", "vp8", ["-c:v", "libvpx", "-auto-alt-ref", "1", "-lag-in-frames", "12", "-b:v", "500k"]],
      ["vp9.webm", "webm", "vp09", ["-c:v", "libvpx-vp9", "-b:v", "500k"]],
      ["av1.mkv", "mkv", "av01", ["-c:v", "libaom-av1", "-cpu-used", "8", "-crf", "20", "-b:v", "0"]],
    ])("%s: every frame once, in order, at its time", async (name, container, codec, output) => {
      makeNumberedClip(clip(name), { output: [...output, "-pix_fmt", "yuv420p"] });
      const read = await readAll(clip(name));
      expect(read.error).toBeUndefined();
      expect(numbersOf(read)).toEqual(upTo(30));
      expectNear(
        read.times,
        probeTimes(clip(name)).map(({ pts }) => pts),
        1e-6,
      );
      expect(read.info).toMatchObject({
        container,
        width: 64,
        height: 48,
        rotationDegrees: 0,
        bitDepth: 8,
        isHdr: false,
      });
      expect(read.info.codec.startsWith(codec)).toBe(true);
      expect(read.info.averageFrameRate).toBeCloseTo(25, 1);
      expect(read.info.durationSeconds).toBeCloseTo(1.2, 1);
      expect(read.info.audio).toBeUndefined();
    });

    it("a fragmented MP4", async () => {
      makeNumberedClip(clip("frag.mp4"), { output: [...H264, "-g", "10", "-movflags", "frag_keyframe+empty_moov"] });
      expect(numbersOf(await readAll(clip("frag.mp4")))).toEqual(upTo(30));
    });

    it("says what sound there is", async () => {
      makeNumberedClip(clip("sound.mp4"), { inputs: sine(1.2, 44100), output: [...H264, "-c:a", "aac", "-ac", "2"] });
      const { info } = await readAll(clip("sound.mp4"), { toSeconds: 0.1 });
      expect(info.audio).toEqual({ codec: "aac", sampleRate: 44100, channels: 2 });
    });
  });

  describe("times", () => {
    it("30000/1001 to the tick", async () => {
      makeNumberedClip(clip("ntsc.mp4"), { rate: "30000/1001" });
      const { times, durations, info } = await readAll(clip("ntsc.mp4"));
      expect(info.ticksPerSecond % 30000).toBe(0);
      expectNear(
        times,
        upTo(30).map((i) => (i * 1001) / 30000),
        1e-12,
      );
      expectNear(durations, Array(30).fill(1001 / 30000), 1e-12);
    });

    it("a variable rate: each frame lasts until the next", async () => {
      const output = [...H264, "-fps_mode", "vfr", "-video_track_timescale", "90000"];
      makeNumberedClip(clip("vfr.mp4"), { filters: "setpts='(N+0.1*N*N)*0.02/TB'", rate: "100", frames: 20, output });
      const read = await readAll(clip("vfr.mp4"));
      expect(numbersOf(read)).toEqual(upTo(20));
      expectNear(
        read.times,
        probeTimes(clip("vfr.mp4")).map(({ pts }) => pts),
        1e-6,
      );
      for (let i = 0; i + 1 < 20; i++)
        expect(read.durations[i]).toBeCloseTo((read.times[i + 1] as number) - (read.times[i] as number), 9);
      expect((read.durations[18] as number) / (read.durations[0] as number)).toBeGreaterThan(3);
    });

    it("one frame", async () => {
      makeNumberedClip(clip("one.mp4"), { frames: 1 });
      const read = await readAll(clip("one.mp4"));
      expect([numbersOf(read), read.times]).toEqual([[0], [0]]);
      expect(read.durations[0]).toBeCloseTo(0.04, 6);
      expect(numbersOf(await readAll(clip("one.mp4"), { fps: 50 }))).toEqual([0, 0]);
      expect((await readAll(clip("one.mp4"), { fromSeconds: 0.02 })).times).toEqual([0.02]);
    });

    it("cuts between key frames, wherever they lie", async () => {
      makeNumberedClip(clip("gop.mp4"), { frames: 50, output: [...H264, "-g", "12"] });
      const read = await readAll(clip("gop.mp4"), { fromSeconds: 0.8, toSeconds: 1.6 });
      expect(numbersOf(read)).toEqual(upTo(20, 20));
      expectNear(
        read.times,
        upTo(20, 20).map((i) => i / 25),
        1e-9,
      );
      expect(numbersOf(await readAll(clip("gop.mp4"), { toSeconds: 0.2 }))).toEqual(upTo(5));
      expect(numbersOf(await readAll(clip("gop.mp4"), { fromSeconds: 30 }))).toEqual([]);
    });

    it("cuts groups that are open (HEVC)", async () => {
      const x265 = [
        "-c:v",
        "libx265",
        "-x265-params",
        "log-level=error:keyint=10:open-gop=1:bframes=4",
        "-tag:v",
        "hvc1",
      ];
      makeNumberedClip(clip("open.mp4"), { frames: 45, output: [...x265, "-pix_fmt", "yuv420p"] });
      for (const from of [0, 9, 10, 11, 25, 30]) {
        const read = await readAll(clip("open.mp4"), { fromSeconds: from / 25 });
        expect(numbersOf(read)).toEqual(upTo(45 - from, from));
        expect(read.times[0]).toBeCloseTo(from / 25, 9);
      }
    });

    it("keeps frames and times together in a file that was cut without decoding", async () => {
      makeNumberedClip(clip("long.mp4"), { frames: 50, output: [...H264, "-g", "25"] });
      ffmpeg("-ss", "0.6", "-i", clip("long.mp4"), "-c", "copy", clip("copied.mp4"));
      const read = await readAll(clip("copied.mp4"));
      expect(read.error).toBeUndefined();
      const numbers = numbersOf(read);
      expect(numbers).toEqual(upTo(numbers.length, numbers[0]));
      expectNear(
        read.times,
        upTo(numbers.length).map((i) => (read.times[0] as number) + i / 25),
        1e-4,
      );
      expect(Math.abs((numbers[0] as number) - 15 - (read.times[0] as number) * 25)).toBeLessThan(0.01);
    });

    it("picks frames at another rate", async () => {
      makeNumberedClip(clip("rate.mp4"), {});
      expect(numbersOf(await readAll(clip("rate.mp4"), { fps: 5 }))).toEqual([0, 5, 10, 15, 20, 25]);
      const doubled = await readAll(clip("rate.mp4"), { fps: 50, fromSeconds: 0.4, toSeconds: 0.48 });
      expect(numbersOf(doubled)).toEqual([10, 10, 11, 11]);
      expectNear(doubled.times, [0.4, 0.42, 0.44, 0.46], 1e-9);
    });
  });

  describe("colours", () => {
    const tag = (space: string): string[] => ["-colorspace", space, "-color_primaries", space, "-color_trc", space];
    const lossless = ["-c:v", "libx264", "-qp", "0"];
    const scaled = (matrix: string, range: string, format = "yuv420p"): string =>
      `scale=out_color_matrix=${matrix}:out_range=${range},format=${format}`;

    it.each([
      ["709.mp4", scaled("bt709", "tv"), [...lossless, ...tag("bt709")], "limited", 8],
      ["601.mp4", scaled("bt601", "tv"), [...lossless, ...tag("smpte170m")], "limited", 8],
      ["untagged.mp4", scaled("bt601", "tv"), lossless, "limited", 8],
      ["full.mkv", scaled("bt601", "pc", "yuvj420p"), [...lossless, "-color_range", "pc"], "full", 8],
      ["422.mp4", scaled("bt709", "tv", "yuv422p"), [...lossless, ...tag("bt709")], "limited", 8],
      ["444.mp4", scaled("bt709", "tv", "yuv444p"), [...lossless, ...tag("bt709")], "limited", 8],
      ["10bit.mp4", scaled("bt709", "tv", "yuv420p10le"), [...lossless, ...tag("bt709")], "limited", 10],
      ["444-10.mp4", scaled("bt709", "tv", "yuv444p10le"), [...lossless, ...tag("bt709")], "limited", 10],
    ] as const)("%s", async (name, filters, output, colourRange, bitDepth) => {
      makeColourClip(clip(name), "0xC83C28", filters, output);
      const { info, images } = await readAll(clip(name));
      expect(info).toMatchObject({ colourRange, bitDepth, isHdr: false });
      expectNear([...(images[3] as Image).data.subarray(0, 3)], [200, 60, 40], 2);
    });

    it("large pictures without tags are BT.709", async () => {
      const source = ["-f", "lavfi", "-i", "color=c=0xC83C28:size=1280x720:rate=25:duration=0.08"];
      ffmpeg(...source, "-vf", scaled("bt709", "tv"), "-c:v", "libx264", clip("large.mp4"));
      const { images } = await readAll(clip("large.mp4"));
      expectNear([...(images[0] as Image).data.subarray(0, 3)], [200, 60, 40], 2);
    });

    it.each([
      ["pq.mp4", "smpte2084"],
      ["hlg.mp4", "arib-std-b67"],
    ])("%s: grey of high range is grey, brighter than its plain reading is dark", async (name, transfer) => {
      const x265 = `log-level=error:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc`;
      const output = ["-c:v", "libx265", "-x265-params", x265, "-tag:v", "hvc1"];
      makeColourClip(clip(name), "0x808080", scaled("bt2020", "tv", "yuv420p10le"), output);
      const { info, images } = await readAll(clip(name));
      expect(info).toMatchObject({ isHdr: true, bitDepth: 10 });
      const [r, g, b] = (images[0] as Image).data as unknown as [number, number, number];
      expectNear([r, b], [g, g], 2);
      // Half of PQ's signal is 92 nits, 0.45 of reference white; half of HLG's is 51 nits.
      expect(Math.abs(g - (name === "pq.mp4" ? 179 : 136))).toBeLessThan(6);
    });

    it("agrees with ffmpeg on a picture with edges and every colour", async () => {
      const source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=0.2"];
      ffmpeg(
        ...source,
        "-vf",
        scaled("bt601", "tv"),
        "-c:v",
        "libx264",
        "-qp",
        "0",
        ...tag("smpte170m"),
        clip("test.mp4"),
      );
      const expected = decodedByFfmpeg(clip("test.mp4"), 320, 180);
      const { images } = await readAll(clip("test.mp4"));
      expect(images).toHaveLength(expected.length);
      const errors = Array.from((images[2] as Image).data, (value, i) =>
        Math.abs(value - (expected[2]?.[i] as number)),
      );
      // ffmpeg smooths colour between samples, this repeats it: only edges differ.
      expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(3);
    });
  });

  describe("shapes", () => {
    const quarters = "color=black:size=64x32:rate=25:duration=0.2,geq=r='255*lt(X,32)':g='255*lt(Y,16)':b=0";
    /** Which of red and green are on in the middle of each quarter, from the top left. */
    const corners = ({ width, height, data }: Image): string =>
      [0.25, 0.75]
        .flatMap((y) => [0.25, 0.75].map((x) => (Math.floor(y * height) * width + Math.floor(x * width)) * 3))
        .map((at) => `${(data[at] as number) > 128 ? "r" : "-"}${(data[at + 1] as number) > 128 ? "g" : "-"}`)
        .join(" ");

    it.each([
      [0, "rg -g r- --", 64, 32],
      [90, "r- rg -- -g", 32, 64],
      [180, "-- r- -g rg", 64, 32],
      [270, "-g -- rg r-", 32, 64],
    ] as const)("turned by %i degrees", async (turn, expected, width, height) => {
      ffmpeg("-f", "lavfi", "-i", quarters, ...H264, clip("upright.mp4"));
      await writeFile(clip("turned.mp4"), turnedFile(await readFile(clip("upright.mp4")), turn));
      const { info, images } = await readAll(clip("turned.mp4"));
      expect(info).toMatchObject({ rotationDegrees: turn, width, height });
      expect(images[0]).toMatchObject({ width, height });
      expect(corners(images[0] as Image)).toBe(expected);
      if (turn === 0) return;
      const byFfmpeg = decodedByFfmpeg(clip("turned.mp4"), width, height)[0] as Uint8Array;
      expect(corners({ width, height, data: byFfmpeg, maxValue: 255 })).toBe(expected);
    });

    it("pixels that are not square", async () => {
      makeNumberedClip(clip("par.mp4"), { size: "72x48", filters: "setsar=16/11", frames: 2 });
      const { info, images } = await readAll(clip("par.mp4"));
      expect([info.width, info.height]).toEqual([105, 48]);
      expect(images[0]).toMatchObject({ width: 105, height: 48 });
    });

    it("odd sizes", async () => {
      const crop = "crop=63:47:0:0:exact=1";
      const output = ["-c:v", "libx264", "-pix_fmt", "yuv444p"];
      makeNumberedClip(clip("odd.mp4"), { filters: `format=yuv444p,${crop}`, output });
      const read = await readAll(clip("odd.mp4"));
      expect([read.info.width, read.info.height]).toEqual([63, 47]);
      expect(numbersOf(read)).toEqual(upTo(30));
      ffmpeg("-i", clip("odd.mp4"), "-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", clip("odd.webm"));
      const halved = await readAll(clip("odd.webm"));
      expect([halved.info.width, halved.info.height]).toEqual([63, 47]);
      expect(numbersOf(halved)).toEqual(upTo(30));
    });

    it("a size that changes in mid-stream: all frames in the first one's", async () => {
      for (const size of ["64x48", "96x80"])
        makeNumberedClip(clip(`${size}.ivf`), { size, frames: 5, output: ["-c:v", "libvpx", "-b:v", "1M"] });
      await writeFile(clip("list.txt"), ["64x48", "96x80"].map((size) => `file ${clip(`${size}.ivf`)}\n`).join(""));
      ffmpeg("-f", "concat", "-safe", "0", "-i", clip("list.txt"), "-c", "copy", clip("changing.webm"));
      const read = await readAll(clip("changing.webm"));
      expect(read.images.map(({ width, height }) => `${width}x${height}`)).toEqual(Array(10).fill("64x48"));
      expect(numbersOf(read)).toEqual([...upTo(5), ...upTo(5)]);
    });

    it("makes pictures of any size, of frames in any order, until they are closed", async () => {
      ffmpeg("-f", "lavfi", "-i", quarters, ...H264, clip("sizes.mp4"));
      const reader = await openVideo(clip("sizes.mp4"));
      const frames = [];
      for await (const frame of reader.frames({ toSeconds: 0.1 })) frames.push(frame);
      const sizes = [
        [64, 32],
        [16, 8],
        [7, 5],
        [100, 50],
        [1, 1],
      ] as const;
      const images = await Promise.all(frames.flatMap((frame) => sizes.map(([w, h]) => frame.toImage(w, h))));
      images.forEach((image, i) => {
        const [width, height] = sizes[i % sizes.length] as readonly [number, number];
        expect(image).toMatchObject({ width, height, maxValue: 255, source: clip("sizes.mp4") });
        expect(image.data).toHaveLength(width * height * 3);
        if (width > 6) expect(corners(image)).toBe("rg -g r- --");
      });
      for (const frame of frames) frame.close();
      await expect(frames[0]?.toImage()).rejects.toThrow(/frame 0 is closed/);
      await reader.close();
      await expect(reader.frames().next()).rejects.toMatchObject({ code: "bad-state" });
    });
  });

  describe("bad input", () => {
    it.each([
      ["missing.mp4", undefined, "not-found", /no file/],
      ["empty.mp4", "", "bad-file", /an empty file/],
      ["noise.mp4", "x".repeat(5000), "bad-file", /no container/],
    ])("%s", async (name, content, code, message) => {
      if (content !== undefined) await writeFile(clip(name), content);
      const error: unknown = await openVideo(clip(name)).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: "DepthError", code });
      expect(String(error)).toMatch(message);
      expect(String(error)).toContain(clip(name));
    });

    it("a folder, sound alone, a codec that nobody knows, one that cannot be decoded, RGB", async () => {
      ffmpeg(...sine(0.5), "-c:a", "aac", clip("alone.mp4"));
      makeNumberedClip(clip("mpeg4.mp4"), { frames: 3, output: ["-c:v", "mpeg4"] });
      makeNumberedClip(clip("prores.mov"), { frames: 3, output: ["-c:v", "prores"] });
      makeNumberedClip(clip("rgb.mkv"), { frames: 3, output: ["-c:v", "libx264rgb"] });
      await expect(openVideo(clip("."))).rejects.toMatchObject({ code: "bad-file", message: /a folder/ });
      await expect(openVideo(clip("alone.mp4"))).rejects.toMatchObject({ code: "bad-file", message: /only sound/ });
      await expect(openVideo(clip("mpeg4.mp4"))).rejects.toMatchObject({ code: "unsupported", message: /mp4v/ });
      await expect(openVideo(clip("prores.mov"))).rejects.toMatchObject({ code: "unsupported", message: /apcn/ });
      expect((await readAll(clip("rgb.mkv"))).error).toMatchObject({ code: "unsupported", message: /RGB/ });
    });

    it.each([
      ["cut.mp4", [...H264, "-movflags", "+faststart"]],
      ["cut.mkv", H264],
      ["cut.webm", ["-c:v", "libvpx-vp9", "-b:v", "1M"]],
    ])("%s: frames up to the end of a file that is cut short, then an error", async (name, output) => {
      makeNoisyClip(clip(name), output);
      const whole = await readAll(clip(name));
      expect(whole.error).toBeUndefined();
      await truncate(clip(name), Math.round((await readFile(clip(name))).length * 0.6));
      const { times, error } = await readAll(clip(name));
      expect(times.length).toBeGreaterThan(15);
      expect(times.length).toBeLessThan(45);
      expectNear(times, whole.times.slice(0, times.length), 1e-9);
      expect(error).toMatchObject({ name: "DepthError", code: "bad-file", message: /cut short/ });
      // Nothing is missing from a part that is all there.
      expect((await readAll(clip(name), { toSeconds: 1 })).error).toBeUndefined();
    });

    it("an MP4 whose index is cut off", async () => {
      makeNumberedClip(clip("index.mp4"));
      await truncate(clip("index.mp4"), (await readFile(clip("index.mp4"))).length - 200);
      await expect(openVideo(clip("index.mp4"))).rejects.toMatchObject({ code: "bad-file" });
    });

    it.each([
      ["garbage.mp4", [...H264, "-movflags", "+faststart"]],
      ["garbage.mkv", H264],
      ["garbage.webm", ["-c:v", "libvpx-vp9", "-b:v", "1M"]],
    ])("%s: garbage in the middle or to the end is an error after the frames before it", async (name, output) => {
      makeNoisyClip(clip(name), output);
      const bytes = await readFile(clip(name));
      for (const [from, to, fill] of [
        [0.5, 0.6, 0xff],
        [0.5, 1, 0],
      ] as const) {
        const damaged = Buffer.from(bytes).fill(fill, Math.round(bytes.length * from), Math.round(bytes.length * to));
        await writeFile(clip(`damaged-${name}`), damaged);
        const { times, error } = await readAll(clip(`damaged-${name}`));
        expect(times.length).toBeGreaterThan(8);
        expect(times.length).toBeLessThan(45);
        expect(error).toMatchObject({ name: "DepthError", code: "bad-file" });
      }
    });

    it("selections that make no sense", async () => {
      makeNumberedClip(clip("sense.mp4"), { frames: 3 });
      for (const options of [
        { fromSeconds: 2, toSeconds: 1 },
        { fromSeconds: -1 },
        { toSeconds: Number.NaN },
        { fps: 0 },
      ])
        expect((await readAll(clip("sense.mp4"), options)).error).toMatchObject({ code: "bad-argument" });
    });
  });

  describe("going early", () => {
    it("stops when told to, and can be read again", async () => {
      makeNumberedClip(clip("again.mp4"), { frames: 40 });
      const reader = await openVideo(clip("again.mp4"));
      for (let round = 0; round < 20; round++) {
        let count = 0;
        for await (const frame of reader.frames()) {
          frame.close();
          if (++count > round) break;
        }
      }
      const stop = new AbortController();
      let count = 0;
      const reading = (async () => {
        for await (const frame of reader.frames({ signal: stop.signal })) {
          frame.close();
          if (++count === 3) stop.abort();
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: "aborted" });
      expect(count).toBe(3);
      await reader.close();
    });

    it("says so when the clip is closed while frames are read", async () => {
      makeNumberedClip(clip("closed.mp4"), { frames: 50, size: "320x180" });
      const reader = await openVideo(clip("closed.mp4"));
      const reading = (async () => {
        for await (const frame of reader.frames()) {
          frame.close();
          if (frame.index === 2) await reader.close();
        }
      })();
      await expect(reading).rejects.toMatchObject({ name: "DepthError", code: "bad-state" });
    });

    it("decodes only a few frames ahead of whoever takes them", async () => {
      makeNumberedClip(clip("ahead.mp4"), { frames: 50, size: "640x360" });
      const reader = await openVideo(clip("ahead.mp4"));
      const frames = reader.frames();
      const first = await frames.next();
      const before = process.memoryUsage().rss;
      await new Promise((resume) => setTimeout(resume, 300));
      // A frame takes 345 kB here; fifty of them would show.
      expect(process.memoryUsage().rss - before).toBeLessThan(12e6);
      if (!first.done) first.value.close();
      await frames.return();
      await reader.close();
    });
  });
});

/** An MP4 with another matrix in its track header (ISO/IEC 14496-12, 8.3.2). */
function turnedFile(bytes: Buffer, degrees: 0 | 90 | 180 | 270): Buffer {
  const at = bytes.indexOf("tkhd") + 4 + 40;
  const [cos, sin] = { 0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1] }[degrees] as [number, number];
  const out = Buffer.from(bytes);
  [cos, sin, 0, -sin, cos].forEach((value, i) => {
    out.writeInt32BE(value * 65536, at + 4 * i);
  });
  return out;
}
