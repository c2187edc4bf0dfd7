import { expect, test } from "vitest";
import { modelInputSize } from "./model-input-size.ts";

const PANORAMA = { width: 1200, height: 300 };
const free = { inputSize: 96, multiple: 32 };
const limited = { ...free, maxInputSide: 160 };

test("a model's limit holds for its own size, not for one that is asked for", () => {
  expect(modelInputSize(free, PANORAMA)).toEqual({ width: 384, height: 96 });
  expect(modelInputSize(limited, PANORAMA)).toEqual({ width: 160, height: 32 });
  expect(modelInputSize(limited, PANORAMA, { resize: "hf" })).toEqual({ width: 160, height: 32 });
  expect(modelInputSize(limited, PANORAMA, { inputSize: 64 })).toEqual({ width: 256, height: 64 });
  expect(modelInputSize(limited, PANORAMA, { resize: "native" })).toEqual({ width: 1216, height: 288 });
});
