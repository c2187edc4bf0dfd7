import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildNano } from "../../src/models/nano.ts";
import { decodeNpy } from "../../src/output/npy.ts";
import { readDepth } from "../../src/output/read-depth.node.ts";
import { initialiseParameters } from "../../src/train/network/initialise.ts";
import { encodeSafetensors } from "../../src/weights/safetensors.ts";
import { readZip } from "../../src/weights/zip.ts";
import { ffmpeg, hasMediaTools, meanDifference, probe, rgbFrames } from "../support/media-tools.ts";
import { type Outcome, startCli } from "../support/run-cli.ts";

/** The clip with a header that asks for a quarter turn: the matrix of its track (ISO/IEC 14496-12, 8.3.2). */
function quarterTurn(clip: Buffer): Buffer {
  const turned = Buffer.from(clip);
  const matrix = turned.indexOf("tkhd") + 44;
  const one = 0x10000;
  for (const [i, value] of [0, one, 0, -one, 0, 0, 0, 0, 0x40000000].entries())
    turned.writeInt32BE(value, matrix + 4 * i);
  return turned;
}

const chromiumPath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);

/** Code for the page: plays a clip to its middle and looks at the picture. */
const playCode = (source: string): string => `(async () => {
  const video = Object.assign(document.createElement("video"), { muted: true, src: ${JSON.stringify(source)} });
  await video.play();
  await new Promise((resolve) => {
    video.ontimeupdate = () => video.currentTime > 0.4 && resolve();
    video.onended = resolve;
  });
  const { videoWidth: width, videoHeight: height, duration: seconds } = video;
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  context.drawImage(video, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  let colour = 0;
  for (let i = 0; i < data.length; i += 4) colour += Math.abs(data[i] - data[i + 2]);
  return { width, height, seconds, isColoured: colour / (width * height) > 10 };
})()`;

const WEIGHTS = ["--weights", "nano.safetensors", "--input-size", "64", "--threads", "1"];

describe.skipIf(!hasMediaTools)("video (skipped without ffmpeg and ffprobe)", () => {
  let folder: string;
  const video = (...args: string[]): Promise<Outcome> => startCli(folder, ["video", ...args, ...WEIGHTS]).outcome;
  const make = (words: string): Buffer => ffmpeg(folder, words);
  const times = (path: string) => probe(folder, path).times;
  const expectTimes = (path: string, expected: readonly number[], within = 1e-6): void => {
    const found = times(path);
    expect(found).toHaveLength(expected.length);
    for (const [i, time] of expected.entries()) expect(Math.abs((found[i] as number) - time)).toBeLessThan(within);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "depth-anything-video-"));
    const weights = encodeSafetensors(initialiseParameters(buildNano(), new Map(), 1));
    await writeFile(join(folder, "nano.safetensors"), weights);
    const sound = "-f lavfi -i sine=frequency=440:sample_rate=48000:duration=1";
    const picture = (rate: string, size = "128x96") => `-f lavfi -i testsrc2=size=${size}:rate=${rate}:duration=1`;
    const h264 = "-c:v libx264 -pix_fmt yuv420p -g 12";
    make(`${picture("30000/1001")} ${sound} ${h264} -c:a aac -shortest ntsc.mp4`);
    make(`${picture("25")} ${sound} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus -shortest a.webm`);
    make(`${picture("30")} -vf select='not(eq(mod(n,5),2))' -fps_mode vfr ${h264} vfr.mp4`);
    make(`${picture("10", "97x65")} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 odd.webm`);
    make(`${picture("20")} ${h264} plain.mp4`);
    await writeFile(join(folder, "turned.mp4"), quarterTurn(await readFile(join(folder, "plain.mp4"))));
    make(`${picture("10")} -frames:v 1 ${h264} one.mp4`);
    make(`${picture("10")} -c:v libx264 -pix_fmt yuv420p10le deep.mp4`);
    make(`-f lavfi -i testsrc2=size=128x96:rate=30:duration=20 ${h264} long.mp4`);
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("keeps rational times and the sound, bit for bit", async () => {
    const outcome = await video("ntsc.mp4", "--json");
    expect(outcome).toMatchObject({ exitCode: 0, stderr: "" });
    const { results } = JSON.parse(outcome.stdout);
    expect(results).toMatchObject([{ output: "ntsc_depth.mp4", frames: 30, width: 128, height: 96, modelId: "nano" }]);
    expectTimes("ntsc_depth.mp4", times("ntsc.mp4"));
    const { video: stream, audio } = probe(folder, "ntsc_depth.mp4");
    expect([stream.width, stream.height, stream.r_frame_rate]).toEqual([128, 96, "30000/1001"]);
    expect([stream.color_space, stream.color_range]).toEqual(["bt709", "tv"]);
    expect(audio?.codec_name).toBe("aac");
    const sound = (path: string) => make(`-i ${path} -map 0:a -c copy -f md5 -`).toString();
    expect(sound("ntsc_depth.mp4")).toBe(sound("ntsc.mp4"));
    expect(existsSync(join(folder, "ntsc_depth.mp4.parts"))).toBe(false);
  });

  test("keeps variable times, and drops the sound when asked to", async () => {
    expect(await video("vfr.mp4", "a.webm", "--no-audio")).toMatchObject({ exitCode: 0 });
    expectTimes("vfr_depth.mp4", times("vfr.mp4"));
    // Matroska counts in milliseconds.
    expectTimes("a_depth.webm", times("a.webm"), 0.0011);
    expect(probe(folder, "a_depth.webm").audio).toBeUndefined();
  });

  test("cuts, and picks frames at an even rate", async () => {
    const cut = await video("ntsc.mp4", "--from", "0.3", "--to", "0:00.7", "--out", "cut.mp4");
    expect(cut.exitCode).toBe(0);
    const inside = times("ntsc.mp4").filter((time) => time >= 0.3 && time < 0.7);
    expectTimes(
      "cut.mp4",
      inside.map((time) => time - 0.3),
      1e-4,
    );
    expect(probe(folder, "cut.mp4").audio?.codec_name).toBe("aac");
    // The clip lasts 1.001 s.
    await video("ntsc.mp4", "--fps", "10", "--out", "slow.mkv");
    expectTimes(
      "slow.mkv",
      Array.from({ length: 11 }, (_, i) => i / 10),
      0.0011,
    );
    const empty = await video("ntsc.mp4", "--from", "7");
    expect(empty).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("nothing from 7 s on") });
  });

  test("turned clips come out upright, odd sizes even, ten bits as eight, single frames alone", async () => {
    expect(await video("turned.mp4", "odd.webm", "deep.mp4", "one.mp4", "--out", "shapes/")).toMatchObject({
      exitCode: 0,
    });
    const turned = probe(folder, "shapes/turned_depth.mp4");
    expect([turned.video.width, turned.video.height, turned.video.side_data_list]).toEqual([96, 128, undefined]);
    const odd = probe(folder, "shapes/odd_depth.webm").video;
    expect([odd.width % 2, odd.height % 2, Math.abs(odd.width - 97), Math.abs(odd.height - 65)]).toEqual([0, 0, 1, 1]);
    expect(probe(folder, "shapes/deep_depth.mp4").video.pix_fmt).toBe("yuv420p");
    expect(probe(folder, "shapes/deep_depth.mp4").times).toHaveLength(10);
    expect(probe(folder, "shapes/one_depth.mp4").times).toHaveLength(1);
  });

  test("shows what --as says", async () => {
    for (const view of ["grey", "side-by-side", "overlay", "stereo"])
      expect(await video("plain.mp4", "--as", view, "--to", "0.4", "--quality", "90")).toMatchObject({ exitCode: 0 });
    const frame = 128 * 96 * 3;
    const source = rgbFrames(folder, "plain.mp4").subarray(0, frame);
    const grey = rgbFrames(folder, "plain_grey.mp4");
    expect(grey.length).toBe(8 * frame);
    let colourful = 0;
    for (let i = 0; i < grey.length; i += 3)
      colourful += Math.abs((grey[i] as number) - (grey[i + 2] as number)) > 4 ? 1 : 0;
    expect(colourful).toBe(0);
    const both = rgbFrames(folder, "plain_side-by-side.mp4").subarray(0, 2 * frame);
    const left = Buffer.concat(Array.from({ length: 96 }, (_, y) => both.subarray(y * 768, y * 768 + 384)));
    expect(meanDifference(left, source)).toBeLessThan(8);
    const overlay = rgbFrames(folder, "plain_overlay.mp4").subarray(0, frame);
    expect(meanDifference(overlay, source)).toBeGreaterThan(10);
    await video("plain.mp4", "--as", "overlay", "--alpha", "0", "--to", "0.1", "--quality", "90", "--out", "clear.mp4");
    expect(meanDifference(rgbFrames(folder, "clear.mp4").subarray(0, frame), source)).toBeLessThan(8);
    const stereo = probe(folder, "plain_stereo.mp4").video;
    expect([stereo.width, stereo.height]).toEqual([256, 96]);
  });

  test("legend, fixed range, poster and report", async () => {
    const args = ["--legend", "--range", "0,1", "--poster", "strip.png", "--report", "report.txt", "--max-size", "64"];
    expect(await video("plain.mp4", "--out", "small.mp4", ...args)).toMatchObject({ exitCode: 0, stderr: "" });
    const { width, height } = probe(folder, "small.mp4").video;
    expect(width).toBe(64);
    expect(height).toBeGreaterThan(48);
    const strip = probe(folder, "strip.png").video;
    expect(strip.width).toBeGreaterThan(6 * 320);
    const report = await readFile(join(folder, "report.txt"), "utf8");
    expect(report).toMatch(/frames +20/);
    expect(report).toMatch(/shot +from +to/);
  });

  test("sequences of PNG and NPY, and NPZ, hold the same numbers", async () => {
    for (const format of ["png16", "npy", "npz"])
      expect(await video("vfr.mp4", "--format", format, "--to", "0.3", "--max-size", "64")).toMatchObject({
        exitCode: 0,
      });
    const names = await readdir(join(folder, "vfr_depth_npy"));
    const inside = times("vfr.mp4").filter((time) => time < 0.3);
    expect(names).toHaveLength(inside.length + 1);
    const list = JSON.parse(await readFile(join(folder, "vfr_depth_npy/timestamps.json"), "utf8"));
    for (const [i, time] of inside.entries()) expect(list.timesSeconds[i]).toBeCloseTo(time, 6);
    const npz = readZip(new Uint8Array(await readFile(join(folder, "vfr_depth.npz"))), "vfr_depth.npz");
    const depths = decodeNpy(npz.get("depths.npy")?.read() as Uint8Array, "depths");
    expect(depths.dims).toEqual([inside.length, 48, 64]);
    for (const i of [0, inside.length - 1]) {
      const name = String(i).padStart(6, "0");
      const npy = decodeNpy(new Uint8Array(await readFile(join(folder, `vfr_depth_npy/${name}.npy`))), name);
      expect([...npy.data]).toEqual([...depths.data.subarray(i * 48 * 64, (i + 1) * 48 * 64)]);
      const png = await readDepth(join(folder, `vfr_depth_png16/${name}.png`));
      const { min, max } = png.range;
      for (let at = 0; at < 48 * 64; at++) {
        const value = Math.min(max, Math.max(min, npy.data[at] as number));
        expect(Math.abs((png.data[at] as number) - value)).toBeLessThan((max - min) / 30000);
      }
    }
  });

  test("Ctrl-C leaves a playable file, and the next run goes on from there", async () => {
    const { child, outcome } = startCli(folder, ["video", "long.mp4", "--segment", "20", ...WEIGHTS]);
    await segments("long_depth.mp4.parts", 3, outcome);
    child.kill("SIGINT");
    const { exitCode, stderr } = await outcome;
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining("long_depth.partial.mp4")]);
    expect(existsSync(join(folder, "long_depth.mp4"))).toBe(false);
    const done = times("long_depth.partial.mp4");
    expect(done.length).toBeGreaterThanOrEqual(60);
    expect(done.length).toBeLessThan(600);
    const again = await video("long.mp4", "--segment", "20", "--json");
    const [result] = JSON.parse(again.stdout).results;
    expect(result).toMatchObject({ frames: 600, resumedFrames: done.length });
    expectTimes("long_depth.mp4", times("long.mp4"));
    expect(existsSync(join(folder, "long_depth.partial.mp4"))).toBe(false);
  });

  test("after kill -9 the result is that of an undisturbed run", async () => {
    const { child, outcome } = startCli(folder, ["video", "long.mp4", "--segment", "20", "-o", "k.npz", ...WEIGHTS]);
    await segments("k.npz.parts", 4, outcome);
    child.kill("SIGKILL");
    await outcome;
    expect(existsSync(join(folder, "k.npz"))).toBe(false);
    const again = await video("long.mp4", "--segment", "20", "-o", "k.npz", "--json");
    // The fourth segment counts only if the kill came after its state was written too.
    expect(JSON.parse(again.stdout).results[0].resumedFrames).toBeGreaterThanOrEqual(60);
    await video("long.mp4", "--segment", "20", "-o", "whole.npz");
    expect((await readFile(join(folder, "k.npz"))).equals(await readFile(join(folder, "whole.npz")))).toBe(true);
  });

  test("bad clips are reported, good ones beside them are made", async () => {
    await writeFile(join(folder, "empty.mp4"), "");
    await writeFile(join(folder, "text.mp4"), "no video at all");
    await copyFile(join(folder, "plain.mp4"), join(folder, "cut-off.mp4"));
    await truncate(join(folder, "cut-off.mp4"), 3000);
    make("-f lavfi -i sine=duration=1 -c:a aac sound.mp4");
    make("-f lavfi -i testsrc2=size=64x64:rate=10:duration=1 -c:v mpeg4 old.mp4");
    const bad = ["old.mp4", "empty.mp4", "text.mp4", "cut-off.mp4", "sound.mp4", "missing.mp4"];
    const { exitCode, stdout, stderr } = await video(...bad, "one.mp4", "--out", "mixed/");
    expect([exitCode, stdout]).toEqual([1, "one.mp4 -> mixed/one_depth.mp4\n"]);
    expect(stderr).toMatch(/^6 of 7 failed:/);
    for (const name of bad) expect(stderr).toContain(name);
    expect(stderr).not.toContain("unexpected");
    expect(await readdir(join(folder, "mixed"))).toEqual(["one_depth.mp4"]);
  });

  test("two passes show one range a shot; metric models say metres", async () => {
    make("-i plain.mp4 -f lavfi -i testsrc=size=128x96:rate=20:duration=1 -filter_complex [0][1]concat=n=2 two.mp4");
    const steady = await video("two.mp4", "--two-pass", "--json");
    const shots = JSON.parse(steady.stdout).results[0].shots as { low: number; high: number; frames: number }[];
    expect(shots.reduce((sum, { frames }) => sum + frames, 0)).toBe(40);
    const moving = JSON.parse((await video("two.mp4", "--json", "-o", "moving.mp4")).stdout).results[0];
    expect(moving.shots).toHaveLength(shots.length);
    const golden = join(import.meta.dirname, "../golden/v2metric_tiny_seed0");
    const metric = ["--config", `${golden}_config.json`, "--weights", `${golden}_weights.safetensors`];
    const args = ["video", "one.mp4", ...metric, "--input-size", "56", "--legend", "--json", "--report", "metric.txt"];
    const { exitCode, stdout } = await startCli(folder, args).outcome;
    expect([exitCode, JSON.parse(stdout).results[0].kind]).toEqual([0, "metric"]);
    expect(await readFile(join(folder, "metric.txt"), "utf8")).toContain("metres");
  });

  test("a full disk is named, and the run can go on when there is room", async () => {
    const start = (kib: number) =>
      startCli(folder, ["video", "long.mp4", "-o", "full.npz", "--segment", "30", ...WEIGHTS], kib).outcome;
    // Too small for a segment, then for the whole.
    for (const kib of [1000, 4000]) {
      expect(await start(kib)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("full.npz") });
      expect(existsSync(join(folder, "full.npz"))).toBe(false);
      expect(existsSync(join(folder, "full.npz.parts"))).toBe(kib === 4000);
    }
    const again = await video("long.mp4", "-o", "full.npz", "--segment", "30", "--json");
    expect(JSON.parse(again.stdout).results[0]).toMatchObject({ frames: 600, resumedFrames: 600 });
  });

  test("two runs do not write one output at a time", async () => {
    const { child, outcome } = startCli(folder, ["video", "long.mp4", "-o", "locked.mp4", ...WEIGHTS]);
    while (!existsSync(join(folder, "locked.mp4.parts"))) await sleep(30);
    const second = await video("long.mp4", "-o", "locked.mp4");
    expect(second).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/Another run .*is writing to locked\.mp4/),
    });
    child.kill("SIGKILL");
    await outcome;
  });

  test("refuses to write over a clip, and says where it cannot write", async () => {
    const before = await readFile(join(folder, "one.mp4"));
    expect(await video("one.mp4", "--out", "one.mp4")).toMatchObject({ exitCode: 2 });
    expect(await readFile(join(folder, "one.mp4"))).toEqual(before);
    await writeFile(join(folder, "occupied"), "");
    const blocked = await video("one.mp4", "--out", "occupied/x.mp4");
    expect(blocked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("occupied") });
    expect(await video("one.mp4", "--as", "nothing")).toMatchObject({ exitCode: 2 });
  });

  test.skipIf(!chromiumPath)("a browser plays the outputs (skipped without Chromium)", async () => {
    for (const [input, output] of [
      ["a.webm", "played.webm"],
      ["ntsc.mp4", "played.mp4"],
    ] as const)
      expect(await video(input, "--out", output)).toMatchObject({ exitCode: 0 });
    const browser = await chromium.launch({ executablePath: chromiumPath as string, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const play = async (name: string, type: string) => {
        const base64 = (await readFile(join(folder, name))).toString("base64");
        return page.evaluate<{ seconds: number }>(playCode(`data:${type};base64,${base64}`));
      };
      const webm = await play("played.webm", "video/webm");
      expect(webm).toMatchObject({ width: 128, height: 96, isColoured: true });
      expect(webm.seconds).toBeCloseTo(1, 1);
      // Builds of Chromium without H.264 play no MP4; ffprobe has looked at that one's like above.
      const type = 'video/mp4; codecs="avc1.64000a, mp4a.40.2"';
      const answer = await page.evaluate(`document.createElement("video").canPlayType('${type}')`);
      if (answer === "probably")
        expect(await play("played.mp4", "video/mp4")).toMatchObject({ width: 128, height: 96, isColoured: true });
    } finally {
      await browser.close();
    }
  });

  /** Waits until so many segments are committed. */
  async function segments(parts: string, count: number, outcome: Promise<Outcome>): Promise<void> {
    let ended: Outcome | undefined;
    outcome.then((how) => {
      ended = how;
    });
    for (;;) {
      const names = await readdir(join(folder, parts)).catch(() => []);
      if (names.filter((name) => /^segment.*json$/.test(name)).length >= count) return;
      if (ended) throw new Error(`The run ended: ${ended.stderr}`);
      await sleep(50);
    }
  }
});
