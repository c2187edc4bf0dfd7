import { fromBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  type ModelProto,
  ModelProtoSchema,
  type ValueInfoProto,
} from "onnx-buf";
import { DepthError, messageOf } from "../util/errors.ts";
import { type Dim, symbol } from "./dim.ts";
import { createGraph, type Graph, input, type Node, type Value, type ValueType } from "./graph.ts";
import { tensorOfOnnx } from "./onnx-tensor.ts";
import { dtypeOfOnnx, SKIPPED_INPUTS } from "./onnx-types.ts";
import { OPERATOR_NAMES, type OpName } from "./operators.ts";
import type { DType, Tensor } from "./tensor.ts";

/** A graph read back from an ONNX file, with the values of its parameters. */
export interface DecodedOnnx {
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Parses the protobuf messages of an ONNX file. @throws DepthError `bad-file` naming the file. */
export function parseOnnx(bytes: Uint8Array, fileName: string): ModelProto {
  try {
    const model = fromBinary(ModelProtoSchema, bytes);
    if (!model.graph) throw new Error("it holds no graph");
    return model;
  } catch (error) {
    throw new DepthError("bad-file", `${fileName} is not a readable ONNX file: ${messageOf(error)}.`, { cause: error });
  }
}

/**
 * Reads an ONNX file made of the operators this library knows, as `encodeOnnx` writes. Shapes come
 * from the file's own value information. Floating-point initialisers become parameters.
 * @throws DepthError `bad-file` for broken files, `unsupported` for other operators.
 */
export function decodeOnnx(bytes: Uint8Array, fileName: string): DecodedOnnx {
  const model = parseOnnx(bytes, fileName);
  const proto = model.graph as NonNullable<ModelProto["graph"]>;
  const graph = createGraph(proto.name);
  const weights = new Map<string, Tensor>();
  const values = new Map<string, Value>();
  const types = new Map(proto.valueInfo.map((info) => [info.name, typeOf(info, fileName)]));

  for (const message of proto.initializer) {
    const tensor = tensorOfOnnx(message, fileName);
    const isConstant = /^(ints|scalar|const)\./.test(message.name);
    const known = { graph, name: message.name, dtype: tensor.dtype, dims: tensor.dims };
    const value: Value = isConstant ? { ...known, constant: tensor } : known;
    (isConstant ? graph.constants : graph.parameters).set(value.name, value);
    if (!isConstant) weights.set(value.name, tensor);
    values.set(value.name, value);
  }
  for (const info of proto.input) {
    const { dims, dtype } = typeOf(info, fileName);
    values.set(info.name, input(graph, info.name, dims, dtype));
  }
  const find = (name: string): Value => {
    const value = values.get(name);
    if (!value) throw new DepthError("bad-file", `${fileName}: value "${name}" is used before anything produces it.`);
    return value;
  };
  const outputNames = new Set(proto.output.map((info) => info.name));
  for (const node of proto.node) {
    const [only] = node.output;
    if (node.opType === "Identity" && only && outputNames.has(only)) {
      graph.outputs.set(only, find(node.input[0] ?? ""));
      continue;
    }
    if (!OPERATOR_NAMES.includes(node.opType as OpName))
      throw new DepthError(
        "unsupported",
        `${fileName}: operator ${node.opType} is not one of those this library builds graphs from.`,
      );
    const skipped = SKIPPED_INPUTS[node.opType];
    const inputs = node.input.filter((_, i) => !skipped || i < skipped.after || i >= skipped.after + skipped.count);
    const outputs = node.output.map((name): Value => {
      const type = types.get(name);
      if (!type) throw new DepthError("bad-file", `${fileName}: the shape of "${name}" is not in the file.`);
      return { graph, name, ...type };
    });
    for (const value of outputs) values.set(value.name, value);
    const attributes = Object.fromEntries(node.attribute.map((a) => [a.name, attributeValue(a, fileName)]));
    graph.nodes.push({ op: node.opType, inputs: inputs.map(find), outputs, attributes } as unknown as Node);
  }
  const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
  return { graph, weights, metadata };
}

function attributeValue(attribute: AttributeProto, fileName: string): unknown {
  if (attribute.name === "to") return knownType(Number(attribute.i), "a Cast", fileName);
  if (attribute.type === AttributeType.INTS) return attribute.ints.map(Number);
  if (attribute.type === AttributeType.STRING) return new TextDecoder().decode(attribute.s);
  if (attribute.type !== AttributeType.FLOAT) return Number(attribute.i);
  const written = Number(attribute.f.toPrecision(7)); // 1e-5, not 0.000009999999747378752
  return Math.fround(written) === attribute.f ? written : attribute.f;
}

function typeOf(info: ValueInfoProto, fileName: string): ValueType {
  const tensor = info.type?.value.case === "tensorType" ? info.type.value.value : undefined;
  const dtype = knownType(tensor?.elemType ?? 0, `"${info.name}"`, fileName);
  const dims = (tensor?.shape?.dim ?? []).map(({ value }, axis): Dim => {
    if (value.case === "dimValue") return Number(value.value);
    return symbol((value.case === "dimParam" && value.value) || `${info.name}.${axis}`);
  });
  return { dtype, dims };
}

function knownType(type: number, what: string, fileName: string): DType {
  const dtype = dtypeOfOnnx(type);
  if (!dtype)
    throw new DepthError(
      "unsupported",
      `${fileName}: ${what} is of ONNX element type ${type}; expected a number type.`,
    );
  return dtype;
}
