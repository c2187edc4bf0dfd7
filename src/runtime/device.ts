import { listSupportedBackends } from "#backends";
import { DepthError } from "../util/errors.ts";

/** Where a model runs. `cpu` is WebAssembly in the browser. */
export type Device = "cpu" | "cuda" | "tensorrt" | "webgpu" | "directml" | "coreml";

/** ONNX Runtime's name of each device's execution provider. */
const PROVIDERS: Readonly<Record<Device, string>> = {
  cpu: "cpu",
  cuda: "cuda",
  tensorrt: "tensorrt",
  webgpu: "webgpu",
  directml: "dml",
  coreml: "coreml",
};

/** How to get a device that is not there. */
const ADVICE: Readonly<Record<Device, string>> = {
  cpu: "The cpu device is part of every installation; reinstall onnxruntime-node.",
  cuda: "It needs Linux on x64, an NVIDIA driver, CUDA 12 with cuDNN 9, and ONNX Runtime's CUDA files: reinstall with `npm_config_onnxruntime_node_install=cuda12 npm rebuild onnxruntime-node`.",
  tensorrt: "It needs what cuda needs and TensorRT 10 on the library path.",
  webgpu:
    "In the browser it needs a WebGPU-capable browser and GPU (see chrome://gpu); in Node a GPU driver with Vulkan, Metal or Direct3D 12.",
  directml: "It is part of onnxruntime-node on Windows only.",
  coreml: "It is part of onnxruntime-node on macOS only.",
};

/** All devices, here or not. */
export const DEVICES = Object.keys(PROVIDERS) as readonly Device[];

/** The devices that this installation of ONNX Runtime can try. A listed GPU may still lack its driver. */
export function availableDevices(): Device[] {
  const names = new Set(listSupportedBackends());
  return DEVICES.filter((device) => names.has(PROVIDERS[device]));
}

/** The execution provider of a device. @throws DepthError `device-unavailable` saying what there is and how to get it. */
export function providerOf(device: Device): string {
  if (!availableDevices().includes(device)) throw deviceUnavailable(device, "this installation has no such device");
  return PROVIDERS[device];
}

/** The error for a device that cannot be used: what there is instead and how to get it. */
export function deviceUnavailable(device: Device, reason: string, cause?: unknown): DepthError {
  const others = availableDevices().filter((other) => other !== device);
  return new DepthError(
    "device-unavailable",
    `Device "${device}" cannot be used: ${reason.trim()}. This installation can try: ${others.join(", ")}. ${ADVICE[device]}`,
    { cause },
  );
}
