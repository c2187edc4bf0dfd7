import type { Dataset, PointPairSample } from "./sample.ts";
import type { TruthEncodingName } from "./truth/truth-encoding.ts";

/** What a dataset may be told when it is opened; each takes the options its row names. */
export interface DatasetOptions {
  /** Guess the sky and set its disparity to 0 (`streets`, `buildings`). Default false. */
  readonly assignSky?: boolean;
  /** Rendering (`sintel`): `clean` or `final`. Default `final`. */
  readonly pass?: "clean" | "final";
  /** Part of a dataset that has several, for example `indoors` of DIODE. Default: see the row's layout. */
  readonly split?: string;
  /** Path of a list file (`kitti`: an Eigen list). Default: every picture with truth. */
  readonly list?: string;
  /** Glob pattern of the pictures (`folder`). Default `rgb/*.{jpg,jpeg,png}`. */
  readonly images?: string;
  /** Truth file of a picture (`folder`), for example `depth/{name}.png`. */
  readonly truth?: string;
  /** What the numbers of truth files stand for (`folder`, `list`, `webdataset`). */
  readonly encoding?: TruthEncodingName;
  /** Estimates whose stored confidence, 0..1, is lower are unknown (`webdataset`). Default 0: all are taken. */
  readonly minConfidence?: number;
}

/** A kind of dataset this library reads. */
export interface DatasetRow {
  /** What commands and configurations call it. */
  readonly type: string;
  readonly title: string;
  /** What its truth is. */
  readonly truth: "depth-metres" | "disparity" | "either" | "point-pairs";
  /** The files a folder of it holds, in one line: for help texts and errors. */
  readonly layout: string;
  /** Glob patterns of which each fits at least one file of such a folder. Empty: it is never guessed. */
  readonly markers: readonly string[];
  /** Between these lies the median depth of any of its pictures; outside, the unit was misread. Metres. */
  readonly medianMetres?: readonly [low: number, high: number];
  /** The options it takes. */
  readonly options: readonly (keyof DatasetOptions)[];
}

/** A kind of dataset of pictures with dense or sparse depth. */
export interface DepthDatasetRow extends DatasetRow {
  readonly truth: "depth-metres" | "disparity" | "either";
  /** @throws DepthError `not-found` or `bad-file` naming what is wrong with the folder. */
  open(folder: string, options: DatasetOptions): Promise<Dataset>;
}

/** A kind of dataset of pictures with ordered pairs of points. */
export interface PointPairDatasetRow extends DatasetRow {
  readonly truth: "point-pairs";
  /** @throws DepthError `not-found` or `bad-file` naming what is wrong with the folder. */
  open(folder: string, options: DatasetOptions): Promise<Dataset<PointPairSample>>;
}
