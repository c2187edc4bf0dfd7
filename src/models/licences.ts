import type { ModelLicence } from "./model-row.ts";

/** The bundled model. */
export const NANO_LICENCE: ModelLicence = {
  licence: "Apache-2.0",
  commercialUse: false,
  licenceNote:
    "Comes with this package under the package's licence, but was trained on pictures for research (NYUv2) and for non-commercial use (KITTI); see models/nano.md.",
};
/** Depth Anything V1, every size. */
export const V1_LICENCE: ModelLicence = {
  licence: "Apache-2.0",
  commercialUse: true,
  licenceNote: "Apache-2.0 by the model cards of Depth Anything V1.",
};
/** Depth Anything V2 Small. */
export const V2_SMALL_LICENCE: ModelLicence = {
  licence: "Apache-2.0",
  commercialUse: true,
  licenceNote: "Apache-2.0 by the README of Depth Anything V2 (Small only).",
};
/** Depth Anything V2 Base and Large. */
export const V2_LICENCE: ModelLicence = {
  licence: "CC-BY-NC-4.0",
  commercialUse: false,
  licenceNote: "Non-commercial use only, by the README of Depth Anything V2 (Base and Large); credit the authors.",
};
/** Depth Anything V2 Metric Small. */
export const METRIC_SMALL_LICENCE: ModelLicence = {
  licence: "Apache-2.0",
  commercialUse: true,
  licenceNote:
    "The metric model's card carries no licence tag; Apache-2.0 is what the README of Depth Anything V2 gives for Small. Ask the authors where it matters.",
};
/** Depth Anything V2 Metric Base and Large. */
export const METRIC_LICENCE: ModelLicence = {
  licence: "CC-BY-NC-4.0",
  commercialUse: false,
  licenceNote:
    "Treated as non-commercial: the README of Depth Anything V2 gives CC-BY-NC-4.0 for Base and Large, whose weights this model was fine-tuned from.",
};
