import type { Graph } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type DepthAnythingConfig, officialConfig } from "../models/config.ts";
import { buildDepthAnything, unusedShapes } from "../models/depth-anything.ts";
import type { ModelRow } from "../models/model-row.ts";
import { buildNano } from "../models/nano.ts";
import { MODELS } from "../models/registry.ts";
import { DepthError } from "../util/errors.ts";
import { toFloat32 } from "../weights/convert.ts";

/** What a model wants of a picture, and what its numbers mean. */
export interface ModelInfo
  extends Pick<
    ModelRow,
    "id" | "kind" | "inputSize" | "maxInputSide" | "videoInputSize" | "multiple" | "upsample" | "mean" | "std"
  > {
  /** SPDX identifier of the weights' licence, where it is known. */
  readonly licence?: string;
}

/** What `ModelInfo` names, and nothing else, of something that has more: it can be sent to a worker. */
export function modelInfo(of: ModelInfo): ModelInfo {
  const { id, kind, inputSize, maxInputSide, videoInputSize, multiple, upsample, mean, std, licence } = of;
  return {
    ...{ id, kind, inputSize, multiple, upsample, mean, std },
    ...(maxInputSide !== undefined && { maxInputSide }),
    ...(videoInputSize !== undefined && { videoInputSize }),
    ...(licence !== undefined && { licence }),
  };
}

/** A model before it is given to a device: its graph and its trained tensors. */
export interface DepthNetwork {
  readonly info: ModelInfo;
  /** `pixel_values` [batch, 3, multiple*rows, multiple*columns] to `predicted_depth` [batch, H, W]. */
  readonly graph: Graph;
  /** One float32 tensor for every parameter of the graph. */
  readonly weights: ReadonlyMap<string, Tensor<"float32">>;
}

/**
 * A model of the registry with its tensors, of any float type.
 * @param source where the tensors come from, for messages
 * @throws DepthError `bad-file` listing tensors that are missing, of another shape, or unknown.
 */
export function networkOfRow(row: ModelRow, tensors: ReadonlyMap<string, Tensor>, source: string): DepthNetwork {
  const info = modelInfo(row);
  if (row.family === "nano") return fill({ info, graph: buildNano() }, tensors, new Map(), source);
  return depthAnything(info, officialConfig(row), tensors, source);
}

/**
 * A Depth Anything model of any configuration. Its pictures are prepared and its estimates enlarged as those of the
 * official model of the same kind.
 * @param id name for messages and results @param source where the tensors come from, for messages
 * @throws DepthError as `networkOfRow`
 */
export function networkOfConfig(
  id: string,
  config: DepthAnythingConfig,
  tensors: ReadonlyMap<string, Tensor>,
  source: string,
): DepthNetwork {
  const family = config.kind === "v1" ? "depth-anything-v1" : "depth-anything-v2";
  const { inputSize, upsample, mean, std } = MODELS.find((row) => row.family === family) as ModelRow;
  const kind = config.kind === "v2metric" ? "metric" : "disparity";
  return depthAnything(
    { id, kind, inputSize, multiple: config.patchSize, upsample, mean, std },
    config,
    tensors,
    source,
  );
}

function depthAnything(
  info: ModelInfo,
  config: DepthAnythingConfig,
  tensors: ReadonlyMap<string, Tensor>,
  source: string,
): DepthNetwork {
  return fill({ info, graph: buildDepthAnything(config) }, tensors, unusedShapes(config), source);
}

/** Finds every parameter among the tensors; `unused` ones may be there too. */
function fill(
  { info, graph }: Omit<DepthNetwork, "weights">,
  tensors: ReadonlyMap<string, Tensor>,
  unused: ReadonlyMap<string, readonly number[]>,
  source: string,
): DepthNetwork {
  const missing: string[] = [];
  const misshapen: string[] = [];
  const weights = new Map<string, Tensor<"float32">>();
  for (const [name, { dims }] of graph.parameters) {
    const tensor = tensors.get(name);
    if (!tensor) missing.push(name);
    else if (`${tensor.dims}` !== `${dims}`) misshapen.push(`${name} [${tensor.dims}] instead of [${dims}]`);
    else weights.set(name, toFloat32(tensor));
  }
  const unknown = [...tensors.keys()].filter((name) => !graph.parameters.has(name) && !unused.has(name));
  const problems = [list("missing", missing), list("of another shape", misshapen), list("unknown", unknown)].flat();
  if (problems.length > 0)
    throw new DepthError(
      "bad-file",
      `${source} does not hold the weights of model "${info.id}": ${problems.join("; ")}. ` +
        "Check that file and model (or configuration) belong together.",
    );
  return { info, graph, weights };
}

const LISTED = 6;

function list(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const rest = names.length > LISTED ? `, and ${names.length - LISTED} more` : "";
  return [`${names.length} tensors ${what} (${names.slice(0, LISTED).join(", ")}${rest})`];
}
