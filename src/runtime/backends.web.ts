/** Names of the execution providers that this browser offers to onnxruntime-web. */
export function listSupportedBackends(): string[] {
  const { navigator } = globalThis as { navigator?: object };
  return navigator && "gpu" in navigator ? ["cpu", "webgpu"] : ["cpu"];
}
