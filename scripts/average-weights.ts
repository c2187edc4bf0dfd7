import { parseArgs } from "node:util";
import { float32, type Tensor } from "../src/graph/tensor.ts";
import { writeHalves } from "../src/train/run/write-model.node.ts";
import { toFloat32 } from "../src/weights/convert.ts";
import { readWeights } from "../src/weights/load-weights.node.ts";

/**
 * The weighted mean of models that one training run leads to from another ("model soup", Wortsman et al., ICML 2022):
 *
 *   npx tsx --conditions=source scripts/average-weights.ts a.safetensors b.safetensors --share 0.8 --out mean.safetensors
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { share: { type: "string", default: "0.5" }, out: { type: "string" } },
});
const [first, second] = positionals;
const share = Number(values.share);
if (first === undefined || second === undefined || values.out === undefined || !(share >= 0 && share <= 1))
  throw new Error("Give two weight files, --share (0 to 1, how much the second counts) and --out.");
const [a, b] = [await readWeights(first), await readWeights(second)];
const mean = [...a].map(([name, tensor]): [string, Tensor<"float32">] => {
  const other = b.get(name);
  if (`${other?.dims}` !== `${tensor.dims}`)
    throw new Error(`${name} is [${tensor.dims}] in ${first} and [${other?.dims}] in ${second}: not the same network.`);
  const [x, y] = [toFloat32(tensor).data, toFloat32(other as Tensor).data];
  return [
    name,
    float32(
      tensor.dims,
      x.map((value, i) => (1 - share) * value + share * (y[i] as number)),
    ),
  ];
});
await writeHalves(values.out, new Map(mean), { model: "nano", averaged: `${first} ${second} ${share}` });
