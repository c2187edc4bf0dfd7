import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { type Dim, dimText } from "./dim.ts";
import type { Graph, Node } from "./graph.ts";
import { FLOAT_ATTRIBUTES, ONNX_IR_VERSION, ONNX_OPSET, ONNX_TYPE, SKIPPED_INPUTS } from "./onnx-types.ts";
import type { DType, Tensor } from "./tensor.ts";

/** Options of `encodeOnnx`. */
export interface EncodeOptions {
  /** Values of parameters; a parameter without one becomes a graph input. Default none. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /**
   * Leave tensors of at least this many bytes out of the file, as external data named like the
   * parameter: ONNX files end at 2 GB and copies cost time. Default: everything is inside.
   */
  readonly externalFrom?: number;
  /** Write the shape of every intermediate value, for readers and for `decodeOnnx`. Default true. */
  readonly shapes?: boolean;
  /** Key-value pairs stored with the model. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The graph as the bytes of an ONNX file (opset 17). */
export function encodeOnnx(graph: Graph, options: EncodeOptions = {}): Uint8Array {
  const weights = options.weights ?? new Map<string, Tensor>();
  const parameters = [...graph.parameters.values()];
  const used = usedNames(graph);
  const initializer = [
    ...[...graph.constants.values()]
      .filter((v) => used.has(v.name))
      .map((v) => encodeTensor(v.name, v.constant as Tensor, Number.POSITIVE_INFINITY)),
    ...parameters.flatMap((p) => {
      const tensor = weights.get(p.name);
      return tensor ? [encodeTensor(p.name, tensor, options.externalFrom ?? Number.POSITIVE_INFINITY)] : [];
    }),
  ];
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(ONNX_IR_VERSION),
    opsetImport: [{ domain: "", version: BigInt(ONNX_OPSET) }],
    producerName: "depth-anything",
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: graph.name,
      node: graph.nodes.map((node, i) => encodeNode(node, i)),
      initializer,
      input: [...graph.inputs, ...parameters.filter((p) => !weights.has(p.name))].map((v) => encodeType(v.name, v)),
      output: [...graph.outputs].map(([name, v]) => encodeType(name, v)),
      valueInfo: (options.shapes === false ? [] : graph.nodes.flatMap((node) => node.outputs)).map((v) =>
        encodeType(v.name, v),
      ),
    },
  });
  // An output keeps its public name: one Identity node stands between it and the value.
  for (const [name, value] of graph.outputs)
    model.graph?.node.push(create(NodeProtoSchema, { opType: "Identity", name, input: [value.name], output: [name] }));
  return toBinary(ModelProtoSchema, model);
}

function usedNames(graph: Graph): Set<string> {
  const names = new Set<string>();
  for (const node of graph.nodes) for (const value of node.inputs) names.add(value.name);
  for (const value of graph.outputs.values()) names.add(value.name);
  return names;
}

function encodeNode(node: Node, index: number) {
  const input = node.inputs.map((v) => v.name);
  const skipped = SKIPPED_INPUTS[node.op];
  if (skipped) input.splice(skipped.after, 0, ...Array<string>(skipped.count).fill(""));
  return create(NodeProtoSchema, {
    opType: node.op,
    name: `${node.op}_${index}`,
    input,
    output: node.outputs.map((v) => v.name),
    attribute: Object.entries(node.attributes).map(([name, value]) => encodeAttribute(name, value)),
  });
}

function encodeAttribute(name: string, value: number | string | readonly number[]): AttributeProto {
  if (name === "to")
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(ONNX_TYPE[value as DType]) });
  if (typeof value === "string")
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  if (typeof value !== "number")
    return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
  if (FLOAT_ATTRIBUTES.has(name)) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value });
  return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
}

function encodeTensor(name: string, tensor: Tensor, externalFrom: number): TensorProto {
  const { buffer, byteOffset, byteLength } = tensor.data;
  const common = { name, dataType: ONNX_TYPE[tensor.dtype], dims: tensor.dims.map(BigInt) };
  if (byteLength < externalFrom)
    return create(TensorProtoSchema, {
      ...common,
      rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
    });
  return create(TensorProtoSchema, {
    ...common,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      { key: "location", value: name },
      { key: "offset", value: "0" },
      { key: "length", value: String(byteLength) },
    ],
  });
}

function encodeType(name: string, type: { readonly dtype: DType; readonly dims: readonly Dim[] }): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: ONNX_TYPE[type.dtype],
          shape: {
            dim: type.dims.map((dim) =>
              create(TensorShapeProto_DimensionSchema, {
                value:
                  typeof dim === "number"
                    ? { case: "dimValue", value: BigInt(dim) }
                    : { case: "dimParam", value: dimText(dim) },
              }),
            ),
          },
        },
      },
    },
  });
}

/** Names of the values a graph leaves outside the file under `externalFrom`. */
export function externalNames(graph: Graph, weights: ReadonlyMap<string, Tensor>, externalFrom: number): string[] {
  return [...graph.parameters.keys()].filter((name) => (weights.get(name)?.data.byteLength ?? 0) >= externalFrom);
}
