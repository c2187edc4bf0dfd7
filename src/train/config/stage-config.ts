import * as z from "zod";
import { type DepthLossName, depthLosses } from "../losses/depth-losses.ts";
import { SCHEDULES } from "../optimise/schedule.ts";

/** A whole number from 1 on. */
export const count = z.int().min(1);
/** A part of a whole. */
export const share = z.number().min(0).max(1);
/** How much something counts. */
export const weight = z.number().min(0);
/** Text that is not empty. */
export const text = z.string().min(1);

/** How many steps there are between two events; 0: none of them. */
export const every = z.int().min(0);

/** Weights of depth losses by name, at least one. */
const losses = z
  .partialRecord(z.enum(Object.keys(depthLosses) as [DepthLossName]), weight)
  .refine((weights) => Object.values(weights).some((value) => value > 0), "expected a loss with a weight above 0");

const fields = {
  /** The network to train: `nano`, or a name of the model registry. */
  network: text.default("nano"),
  /**
   * Where the encoder's starting values come from: `pretrained` (what the network brings with it), `random`, or a
   * weight file of which the encoder is taken.
   */
  encoder: text.default("pretrained"),
  /** The same for the decoder: `random`, or a weight file. */
  decoder: text.default("random"),
  /** Size of this stage's pictures. Default: the run's. */
  width: count.exactOptional(),
  height: count.exactOptional(),
  /**
   * Several sizes in their place, which the batches take in turn: a convolutional network that has seen one shape of
   * pictures is worse on others. Every size has a graph of its own. `weights`: shares of the labelled datasets, in their
   * order, in batches of this size, such as wide batches for streets. Default: those of the mixture.
   */
  sizes: z
    .array(z.strictObject({ width: count, height: count, weights: z.array(weight).exactOptional() }))
    .min(1)
    .exactOptional(),
  /** Optimiser steps. */
  steps: count,
  /** Batches whose gradients are averaged for one step. */
  accumulate: count.default(1),
  /** Compute the blocks of a transformer again in the backward pass instead of keeping their values: less memory, slower. */
  recompute: z.boolean().default(false),
  /** Peak rates of the pre-trained encoder and the new decoder (paper: 5e-6 and ten times as much). */
  learningRate: z.strictObject({ encoder: weight, decoder: weight }).default({ encoder: 5e-6, decoder: 5e-5 }),
  /** Steps of linear rise to the peak. The paper tells of none. */
  warmupSteps: z.int().min(0).default(0),
  /** How the rate falls after the warm-up (paper: linearly to 0). */
  schedule: z.enum(SCHEDULES).default("linear"),
  /** Of weights; biases and scales are not decayed. The paper does not state it: AdamW's own default. */
  weightDecay: weight.default(0.01),
  /** Gradients longer than this are shortened to it. Not stated in the paper. */
  clipNorm: z.number().positive().default(1),
  /** Decay of the running average of the weights, which is what is validated and kept; 0 keeps the last weights. */
  averageDecay: z.number().min(0).lt(1).default(0),
  /** Parameters whose names start with one of these keep their values. */
  freeze: z.array(text).default([]),
  /**
   * Weights of the losses against known depth, by name (paper: `affineInvariant`; V2 adds `gradientMatching` with 2;
   * metric networks: `siLog`).
   */
  losses: losses.default({ affineInvariant: 1 }),
  /** Random views of labelled pictures (paper: a crop of full height, mirrored half of the time, nothing else). */
  augment: z
    .strictObject({
      /** Height of the crop as a share of the largest, drawn between the two. */
      scale: z.tuple([share, share]).default([1, 1]),
      /** The crop's aspect ratio differs by up to this factor. */
      aspect: z.number().min(1).default(1),
      flip: z.boolean().default(true),
      /** Strength of the colour changes, 0 to 1. */
      colour: share.default(0),
      /** Share of the pictures that get a plain border: bars of films, margins of scans. Nothing is known of it. */
      border: share.default(0),
    })
    .prefault({}),
};

/** Stage 1: a network learns from labelled pictures. */
export const teacherSchema = z.strictObject({ ...fields, batchSize: count });

/** Stage 2: a fresh network learns from labelled pictures and from the teacher's labels of others. */
export const studentSchema = z.strictObject({
  ...fields,
  /** Labelled pictures of a batch. */
  labelledBatch: z.int().min(0),
  /** Unlabelled pictures of a batch (paper: twice as many); 0 trains on labelled pictures alone. */
  unlabelledBatch: z.int().min(0),
  /** Who labels: the teacher while the student trains, or depth files beside the unlabelled pictures. */
  labels: z.enum(["teacher", "files"]).default("teacher"),
  /** What makes the student's unlabelled pictures differ from the teacher's: the paper states no strengths. */
  perturbation: z
    .strictObject({
      /** Multiplies the ranges of brightness, contrast, saturation and hue. */
      colour: weight.default(1),
      /** Share of blurred pictures. */
      blur: share.default(0.5),
      /** Deviation of the blur in pixels, drawn between the two. */
      blurSigmaPx: z.tuple([weight, weight]).default([0.1, 2]),
    })
    .prefault({}),
  /** Probability that a picture gets a rectangle of another one (paper, eq. 5-8). */
  cutMix: share.default(0.5),
  /** Similarity of the encoder's features of unlabelled pictures to those of its frozen starting values (paper, eq. 9). */
  alignment: z
    .strictObject({
      /** 0 leaves it out. */
      weight: weight.default(1),
      /** Places whose cosine is above it are left alone. */
      margin: share.default(0.85),
    })
    .prefault({}),
  /** Random views of unlabelled pictures, the same for teacher and student. The defaults are the paper's. */
  unlabelledView: z
    .strictObject({
      scale: z.tuple([share, share]).default([1, 1]),
      aspect: z.number().min(1).default(1),
      flip: z.boolean().default(true),
    })
    .prefault({}),
  /** Share of each pseudo-labelled picture's pixels, those with the largest loss, that is left out (V2: 0.1). */
  dropWorst: z.number().min(0).lt(1).default(0),
  /** Weights of the losses against pseudo-labels, by name, as `losses`. */
  unlabelledLosses: losses.default({ affineInvariant: 1 }),
  /** Weights of the two parts in the plain average of the losses. */
  weights: z.strictObject({ labelled: weight.default(1), unlabelled: weight.default(1) }).prefault({}),
});
