import { listSupportedBackends as list } from "onnxruntime-node";

/** Names of the execution providers that onnxruntime-node was built with. */
export const listSupportedBackends = (): string[] => list().map((backend) => backend.name);
