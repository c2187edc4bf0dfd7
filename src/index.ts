// The public door: every name of the package, listed by hand.

export type { DepthKind, DepthMap } from "./depth/depth-map.ts";
export type { DepthModel, DepthModelOptions, EstimateOptions, RawDepth } from "./depth/depth-model.ts";
export { type ExportOnnxOptions, exportOnnx } from "./depth/export-onnx.ts";
export {
  type LoadModelOptions,
  type LoadNetworkOptions,
  loadModel,
  loadNetwork,
  type ModelSpec,
  type WeightsSource,
} from "./depth/load-model.node.ts";
export type { DepthNetwork, ModelInfo } from "./depth/network.ts";
export type { DType, Tensor } from "./graph/tensor.ts";
export { readImage } from "./image/codec.node.ts";
export type { ImageInput, ReadImageOptions } from "./image/codec.ts";
export type { Image } from "./image/image.ts";
export type { ResizeRule, Size } from "./image/resize-rule.ts";
export { findModel } from "./models/find-model.ts";
export type { HubSource, ModelLicence, ModelRow } from "./models/model-row.ts";
export { MODELS } from "./models/registry.ts";
export { COLORMAPS, type Colormap } from "./output/colormaps.ts";
export type { DepthFormat } from "./output/depth-format.ts";
export { DEPTH_FORMATS } from "./output/formats.ts";
export { type WriteDepthOptions, writeDepth } from "./output/write-depth.node.ts";
export { availableDevices, type Device } from "./runtime/device.ts";
export { DepthError, type DepthErrorCode } from "./util/errors.ts";
export type { OnProgress, Progress } from "./util/progress.ts";
export type { DownloadNotice } from "./weights/hub.node.ts";
