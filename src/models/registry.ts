import { ENCODERS } from "./encoders.ts";
import {
  METRIC_LICENCE,
  METRIC_SMALL_LICENCE,
  NANO_LICENCE,
  V1_LICENCE,
  V2_LICENCE,
  V2_SMALL_LICENCE,
} from "./licences.ts";
import type { ModelRow } from "./model-row.ts";
import { NANO_MULTIPLE } from "./nano.ts";

/** The ImageNet statistics. */
const NORMALISATION = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const V1_INPUT = { inputSize: 518, multiple: 14, upsample: "half_pixel", ...NORMALISATION } as const;
const V2_INPUT = { ...V1_INPUT, upsample: "align_corners" } as const;
/** What Nano sees of a picture at once is limited: a panorama of full height costs it the whole (see its card). */
const NANO_SIZES = { inputSize: 288, maxInputSide: 448, videoInputSize: 256, multiple: NANO_MULTIPLE } as const;
const NANO_INPUT = { ...NANO_SIZES, upsample: "half_pixel", ...NORMALISATION } as const;

const SMALL = { encoder: "vits", parameters: ENCODERS.vits.parameters } as const;
const BASE = { encoder: "vitb", parameters: ENCODERS.vitb.parameters } as const;
const LARGE = { encoder: "vitl", parameters: ENCODERS.vitl.parameters } as const;

const V1 = { family: "depth-anything-v1", kind: "disparity", ...V1_INPUT } as const;
const V2 = { family: "depth-anything-v2", kind: "disparity", ...V2_INPUT } as const;
const INDOOR = { family: "depth-anything-v2", kind: "metric", maxDepthMetres: 20, ...V2_INPUT } as const;
const OUTDOOR = { family: "depth-anything-v2", kind: "metric", maxDepthMetres: 80, ...V2_INPUT } as const;

/** Float32 checkpoints: both formats hold the same tensors. */
const SMALL_FILE = { repoType: "model", revision: "main", approximateBytes: 99_200_000 } as const;
const BASE_FILE = { repoType: "model", revision: "main", approximateBytes: 390_000_000 } as const;
const LARGE_FILE = { repoType: "model", revision: "main", approximateBytes: 1_340_000_000 } as const;

/** Every model this library knows, the default first. */
export const MODELS: readonly ModelRow[] = [
  {
    id: "nano",
    title: "Nano, the model inside the package",
    family: "nano",
    encoder: "nano",
    kind: "disparity",
    parameters: 2_910_625,
    ...NANO_INPUT,
    ...NANO_LICENCE,
    sources: [],
  },
  {
    id: "small",
    title: "Depth Anything V1 Small",
    ...V1,
    ...SMALL,
    layers: ENCODERS.vits.layers.v1,
    ...V1_LICENCE,
    sources: [
      { ...SMALL_FILE, repo: "LiheYoung/depth-anything-small-hf", path: "model.safetensors" },
      {
        ...SMALL_FILE,
        repo: "LiheYoung/Depth-Anything",
        repoType: "space",
        path: "checkpoints/depth_anything_vits14.pth",
      },
    ],
  },
  {
    id: "base",
    title: "Depth Anything V1 Base",
    ...V1,
    ...BASE,
    layers: ENCODERS.vitb.layers.v1,
    ...V1_LICENCE,
    sources: [
      { ...BASE_FILE, repo: "LiheYoung/depth-anything-base-hf", path: "model.safetensors" },
      {
        ...BASE_FILE,
        repo: "LiheYoung/Depth-Anything",
        repoType: "space",
        path: "checkpoints/depth_anything_vitb14.pth",
      },
    ],
  },
  {
    id: "large",
    title: "Depth Anything V1 Large",
    ...V1,
    ...LARGE,
    layers: ENCODERS.vitl.layers.v1,
    ...V1_LICENCE,
    sources: [
      { ...LARGE_FILE, repo: "LiheYoung/depth-anything-large-hf", path: "model.safetensors" },
      {
        ...LARGE_FILE,
        repo: "LiheYoung/Depth-Anything",
        repoType: "space",
        path: "checkpoints/depth_anything_vitl14.pth",
      },
    ],
  },
  {
    id: "small-v2",
    title: "Depth Anything V2 Small",
    ...V2,
    ...SMALL,
    layers: ENCODERS.vits.layers.v2,
    ...V2_SMALL_LICENCE,
    sources: [
      { ...SMALL_FILE, repo: "depth-anything/Depth-Anything-V2-Small-hf", path: "model.safetensors" },
      { ...SMALL_FILE, repo: "depth-anything/Depth-Anything-V2-Small", path: "depth_anything_v2_vits.pth" },
    ],
  },
  {
    id: "base-v2",
    title: "Depth Anything V2 Base",
    ...V2,
    ...BASE,
    layers: ENCODERS.vitb.layers.v2,
    ...V2_LICENCE,
    sources: [
      { ...BASE_FILE, repo: "depth-anything/Depth-Anything-V2-Base-hf", path: "model.safetensors" },
      { ...BASE_FILE, repo: "depth-anything/Depth-Anything-V2-Base", path: "depth_anything_v2_vitb.pth" },
    ],
  },
  {
    id: "large-v2",
    title: "Depth Anything V2 Large",
    ...V2,
    ...LARGE,
    layers: ENCODERS.vitl.layers.v2,
    ...V2_LICENCE,
    sources: [
      { ...LARGE_FILE, repo: "depth-anything/Depth-Anything-V2-Large-hf", path: "model.safetensors" },
      { ...LARGE_FILE, repo: "depth-anything/Depth-Anything-V2-Large", path: "depth_anything_v2_vitl.pth" },
    ],
  },
  {
    id: "metric-indoor-small-v2",
    title: "Depth Anything V2 Metric Indoor Small",
    ...INDOOR,
    ...SMALL,
    layers: ENCODERS.vits.layers.v2,
    ...METRIC_SMALL_LICENCE,
    sources: [
      { ...SMALL_FILE, repo: "depth-anything/Depth-Anything-V2-Metric-Indoor-Small-hf", path: "model.safetensors" },
      {
        ...SMALL_FILE,
        repo: "depth-anything/Depth-Anything-V2-Metric-Hypersim-Small",
        path: "depth_anything_v2_metric_hypersim_vits.pth",
      },
    ],
  },
  {
    id: "metric-indoor-base-v2",
    title: "Depth Anything V2 Metric Indoor Base",
    ...INDOOR,
    ...BASE,
    layers: ENCODERS.vitb.layers.v2,
    ...METRIC_LICENCE,
    sources: [
      { ...BASE_FILE, repo: "depth-anything/Depth-Anything-V2-Metric-Indoor-Base-hf", path: "model.safetensors" },
      {
        ...BASE_FILE,
        repo: "depth-anything/Depth-Anything-V2-Metric-Hypersim-Base",
        path: "depth_anything_v2_metric_hypersim_vitb.pth",
      },
    ],
  },
  {
    id: "metric-indoor-large-v2",
    title: "Depth Anything V2 Metric Indoor Large",
    ...INDOOR,
    ...LARGE,
    layers: ENCODERS.vitl.layers.v2,
    ...METRIC_LICENCE,
    sources: [
      { ...LARGE_FILE, repo: "depth-anything/Depth-Anything-V2-Metric-Indoor-Large-hf", path: "model.safetensors" },
      {
        ...LARGE_FILE,
        repo: "depth-anything/Depth-Anything-V2-Metric-Hypersim-Large",
        path: "depth_anything_v2_metric_hypersim_vitl.pth",
      },
    ],
  },
  {
    id: "metric-outdoor-small-v2",
    title: "Depth Anything V2 Metric Outdoor Small",
    ...OUTDOOR,
    ...SMALL,
    layers: ENCODERS.vits.layers.v2,
    ...METRIC_SMALL_LICENCE,
    sources: [
      { ...SMALL_FILE, repo: "depth-anything/Depth-Anything-V2-Metric-Outdoor-Small-hf", path: "model.safetensors" },
      {
        ...SMALL_FILE,
        repo: "depth-anything/Depth-Anything-V2-Metric-VKITTI-Small",
        path: "depth_anything_v2_metric_vkitti_vits.pth",
      },
    ],
  },
  {
    id: "metric-outdoor-base-v2",
    title: "Depth Anything V2 Metric Outdoor Base",
    ...OUTDOOR,
    ...BASE,
    layers: ENCODERS.vitb.layers.v2,
    ...METRIC_LICENCE,
    sources: [
      { ...BASE_FILE, repo: "depth-anything/Depth-Anything-V2-Metric-Outdoor-Base-hf", path: "model.safetensors" },
      {
        ...BASE_FILE,
        repo: "depth-anything/Depth-Anything-V2-Metric-VKITTI-Base",
        path: "depth_anything_v2_metric_vkitti_vitb.pth",
      },
    ],
  },
  {
    id: "metric-outdoor-large-v2",
    title: "Depth Anything V2 Metric Outdoor Large",
    ...OUTDOOR,
    ...LARGE,
    layers: ENCODERS.vitl.layers.v2,
    ...METRIC_LICENCE,
    sources: [
      { ...LARGE_FILE, repo: "depth-anything/Depth-Anything-V2-Metric-Outdoor-Large-hf", path: "model.safetensors" },
      {
        ...LARGE_FILE,
        repo: "depth-anything/Depth-Anything-V2-Metric-VKITTI-Large",
        path: "depth_anything_v2_metric_vkitti_vitl.pth",
      },
    ],
  },
];
