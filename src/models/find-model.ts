import { DepthError } from "../util/errors.ts";
import type { ModelRow } from "./model-row.ts";
import { MODELS } from "./registry.ts";

/**
 * The registry row with this id.
 * @throws DepthError `bad-argument` listing the ids.
 */
export function findModel(id: string): ModelRow {
  const row = MODELS.find((model) => model.id === id);
  if (row) return row;
  throw new DepthError(
    "bad-argument",
    `There is no model "${id}". Known models: ${MODELS.map((model) => model.id).join(", ")}.`,
  );
}
