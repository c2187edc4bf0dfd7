// Takes one clip through the whole pipeline in a process of its own, so that its memory and processor time can be told.
import { estimateVideo } from "../src/video/estimate-video.node.ts";

const [input = "", output = "", options = "{}"] = process.argv.slice(2);
const before = process.cpuUsage();
const { frames, framesPerSecond, timeMs, stageMs } = await estimateVideo(input, output, JSON.parse(options));
const { user, system } = process.cpuUsage(before);
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ frames, framesPerSecond, timeMs, stageMs, cpuMs: (user + system) / 1000, peakBytes }));
