// The public door: every name of the package, listed by hand.

export { DATASETS, detectDataset, findDataset } from "./data/dataset-registry.node.ts";
export type { DatasetOptions, DatasetRow, DepthDatasetRow, PointPairDatasetRow } from "./data/dataset-row.ts";
export { type DatasetSpec, openDataset } from "./data/open-dataset.node.ts";
export { type ProceduralOptions, proceduralDataset } from "./data/procedural/scene.ts";
export {
  type Dataset,
  type DepthSample,
  type DepthTruth,
  disparityOf,
  type PointPair,
  type PointPairSample,
  samplesOf,
  skyMask,
  validMask,
} from "./data/sample.ts";
export type { DepthKind, DepthMap } from "./depth/depth-map.ts";
export type { DepthModel, DepthModelOptions, EstimateOptions, RawDepth } from "./depth/depth-model.ts";
export { type ExportOnnxOptions, exportOnnx } from "./depth/export-onnx.ts";
export { guidedUpsample } from "./depth/guided-upsample.ts";
export {
  type LoadModelOptions,
  type LoadNetworkOptions,
  loadModel,
  loadNetwork,
  type ModelSpec,
  type WeightsSource,
} from "./depth/load-model.node.ts";
export type { DepthNetwork, ModelInfo } from "./depth/network.ts";
export { estimateSharp } from "./depth/raw-estimate.ts";
export { type DatasetLimits, datasetLimits } from "./eval/dataset-limits.ts";
export { type DepthMetrics, depthMetrics, METRICS } from "./eval/depth-metrics.ts";
export type { EvalTarget } from "./eval/eval-target.ts";
export { type EvaluateOptions, evaluateDepth } from "./eval/evaluate-depth.ts";
export { evaluatePointPairs } from "./eval/evaluate-point-pairs.ts";
export type { Evaluation, ImageScore, ReportedEvaluation } from "./eval/evaluation.ts";
export { type AlignmentMethod, fitAffine } from "./eval/fit-affine.ts";
export { describeEvaluation, evaluationTable } from "./eval/format-evaluation.ts";
export { meanMapPredictor, rampPredictor } from "./eval/predictors/baselines.ts";
export { filesPredictor } from "./eval/predictors/files-predictor.node.ts";
export { networkPredictor } from "./eval/predictors/network-predictor.ts";
export type { Predictor } from "./eval/predictors/predictor.ts";
export { defaultPreset, PRESETS, type PresetName, presetProtocol } from "./eval/presets.ts";
export type { Protocol } from "./eval/protocol.ts";
export { publishedTables } from "./eval/published/published-tables.ts";
export { htmlReport } from "./eval/report/html-report.ts";
export type { GalleryItem } from "./gallery/gallery-item.ts";
export { galleryPage } from "./gallery/gallery-page.ts";
export { packItem } from "./gallery/pack-item.node.ts";
export { type CalibrateOptions, type CalibrationResult, calibrateDepth } from "./geometry/calibrate-depth.ts";
export { readCalibration, writeCalibration } from "./geometry/calibration-file.node.ts";
export { decimateMesh } from "./geometry/decimate.ts";
export { sampleGrid } from "./geometry/depth-grid.ts";
export { findConnections } from "./geometry/discontinuities.ts";
export { readExifCamera } from "./geometry/exif-camera.node.ts";
export { intrinsicsFromExif } from "./geometry/exif-camera.ts";
export {
  assumedIntrinsics,
  cropIntrinsics,
  intrinsicsFromFocal35,
  intrinsicsFromFov,
  intrinsicsFromSensor,
  intrinsicsGiven,
  scaleIntrinsics,
} from "./geometry/focal.ts";
export type { Intrinsics, SourcedIntrinsics } from "./geometry/intrinsics.ts";
export { measureDistance, measurePoint } from "./geometry/measure.ts";
export { gridMesh, type Mesh } from "./geometry/mesh.ts";
export { surfaceNormals } from "./geometry/normals.ts";
export { fitPlane } from "./geometry/plane-fit.ts";
export { type PointCloud, pointCloud } from "./geometry/point-cloud.ts";
export { estimateTiled, type TiledEstimateOptions } from "./geometry/tiled-estimate.ts";
export type { Calibration, ZDepth } from "./geometry/z-depth.ts";
export { zDepthOf } from "./geometry/z-depth-of.ts";
export type { DType, Tensor } from "./graph/tensor.ts";
export { readImage } from "./image/codec.node.ts";
export type { ImageInput, ReadImageOptions } from "./image/codec.ts";
export type { Image } from "./image/image.ts";
export type { ResizeRule, Size } from "./image/resize-rule.ts";
export { findModel } from "./models/find-model.ts";
export type { HubSource, ModelLicence, ModelRow } from "./models/model-row.ts";
export { MODELS } from "./models/registry.ts";
export { COLORMAPS, type Colormap } from "./output/colormaps.ts";
export { controlnetImage } from "./output/controlnet.ts";
export { prepareControlnetPhoto } from "./output/controlnet-photo.ts";
export { pixelPerfectResolution } from "./output/controlnet-size.ts";
export type { DepthFormat } from "./output/depth-format.ts";
export { DEPTH_FORMATS } from "./output/formats.ts";
export { encodeGlbMesh, encodeGlbPoints } from "./output/glb.ts";
export { encodeObj } from "./output/obj.ts";
export { encodePly } from "./output/ply.ts";
export { type ReadDepthOptions, readDepth } from "./output/read-depth.node.ts";
export { encodeStl } from "./output/stl.ts";
export { type WriteDepthOptions, writeDepth } from "./output/write-depth.node.ts";
export { availableDevices, type Device } from "./runtime/device.ts";
export { DepthError, type DepthErrorCode } from "./util/errors.ts";
export type { OnProgress, Progress } from "./util/progress.ts";
export { type EstimateVideoOptions, estimateVideo, type VideoResult } from "./video/estimate-video.node.ts";
export type { ClipOptions, VideoFormat } from "./video/pipeline/clip-options.ts";
export type { FrameEstimator } from "./video/pipeline/frame-estimator.ts";
export { openEstimator } from "./video/pipeline/open-estimator.node.ts";
export type { VideoInfo } from "./video/video-types.ts";
export type { DownloadNotice } from "./weights/hub.node.ts";
