import { openNyuv2Dev } from "../src/data/nyuv2.node.ts";
import { loadModel } from "../src/depth/load-model.node.ts";
import { scoreNyuv2 } from "../src/eval/score-nyuv2.ts";

/**
 * Prints the score of a disparity model on a folder of NYUv2 pictures with index.csv:
 * `npm run score:nyuv2 -- FOLDER [MODEL [WEIGHTS [SHORT_SIDE]]]`.
 */
const [folder, name = "nano", weights, side] = process.argv.slice(2);
if (!folder) throw new Error("usage: npm run score:nyuv2 -- FOLDER [MODEL [WEIGHTS [SHORT_SIDE]]]");
const model = await loadModel(name, weights ? { weights } : {});
const settings = side ? { inputSize: Number(side) } : {};
const score = await scoreNyuv2(await openNyuv2Dev(folder), (image) => model.estimate(image, settings));
process.stdout.write(`${JSON.stringify({ model: name, inputSize: side ?? model.inputSize, ...score }, null, 2)}\n`);
