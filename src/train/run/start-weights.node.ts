import { createHash } from "node:crypto";
import type { Tensor } from "../../graph/tensor.ts";
import { bytesOf } from "../../graph/tensor-bytes.ts";
import { DepthError } from "../../util/errors.ts";
import { toFloat32 } from "../../weights/convert.ts";
import { readWeights } from "../../weights/load-weights.node.ts";
import { initialiseParameters } from "../network/initialise.ts";
import type { TrainableNetwork } from "../network/trainable-network.ts";

/** Tensors by parameter name. */
export type Weights = ReadonlyMap<string, Tensor<"float32">>;

/** Where starting values come from, as in a stage's configuration. */
export interface StartSources {
  /** `pretrained`, `random` or a path. */
  readonly encoder: string;
  /** `random` or a path. */
  readonly decoder: string;
}

/**
 * Every parameter of a network at its start.
 * @param seed decides the random ones
 * @throws DepthError `not-found` for a file or a pre-trained encoder that is not there; `bad-file` for a file without
 *   such an encoder or decoder, or of another network.
 */
export async function startWeights(
  network: TrainableNetwork,
  { encoder, decoder }: StartSources,
  seed: number,
): Promise<Map<string, Tensor<"float32">>> {
  const isEncoder = (name: string) => name.startsWith(network.encoderPrefix);
  const graph = network.build();
  const take = async (source: string, part: "encoder" | "decoder"): Promise<Weights> => {
    if (source === "random") return new Map();
    const wanted = [...graph.parameters.values()].filter(({ name }) => isEncoder(name) === (part === "encoder"));
    const given = source === "pretrained" ? await pretrained(network) : await fileWeights(source, network);
    const misfit = wanted.find(({ name, dims }) => `${given.get(name)?.dims}` !== `${dims}`);
    if (misfit !== undefined)
      throw new DepthError(
        "bad-file",
        `${source === "pretrained" ? "The pre-trained weights" : source} cannot start the ${part} of ${network.name}: tensor ` +
          `"${misfit.name}" is ${given.has(misfit.name) ? `[${given.get(misfit.name)?.dims}]` : "missing"}, expected [${misfit.dims}].`,
      );
    return new Map(wanted.map(({ name }) => [name, given.get(name) as Tensor<"float32">]));
  };
  const given = new Map([...(await take(encoder, "encoder")), ...(await take(decoder, "decoder"))]);
  return initialiseParameters(graph, given, seed);
}

async function pretrained(network: TrainableNetwork): Promise<Weights> {
  if (network.pretrainedEncoder) return network.pretrainedEncoder();
  throw new DepthError(
    "not-found",
    `No pre-trained encoder of ${network.name} comes with this package. Give a file as \`encoder\` in the configuration: a ` +
      "DINOv2 checkpoint, or a Depth Anything model of the same size, whose encoder is taken. Or `random`.",
  );
}

/** DINOv2's own files name the encoder's tensors without the prefix that they have inside Depth Anything. */
async function fileWeights(path: string, { encoderPrefix }: TrainableNetwork): Promise<Weights> {
  const tensors = [...(await readWeights(path))];
  const isBare = encoderPrefix !== "" && !tensors.some(([name]) => name.startsWith(encoderPrefix));
  return new Map(
    tensors.flatMap(([name, tensor]) => {
      const known = [[name, tensor] as const, ...(isBare ? [[`${encoderPrefix}${name}`, tensor] as const] : [])];
      return known.map(([key, value]): [string, Tensor<"float32">] => [key, toFloat32(value)]);
    }),
  );
}

/** The weights of a trained network. @throws DepthError `bad-file` when the file holds another one's. */
export async function trainedWeights(network: TrainableNetwork, path: string): Promise<Weights> {
  return startWeights(network, { encoder: path, decoder: path }, 0);
}

/** A checksum of tensors: names, shapes and values. */
export function weightsDigest(weights: Weights): string {
  const hash = createHash("sha256");
  for (const [name, tensor] of [...weights].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name} ${tensor.dims} `).update(bytesOf(tensor));
  return hash.digest("hex");
}
