import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const source = join(import.meta.dirname, "../src");

test("every export has a docstring", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "index.ts",
  );
  const bare = files.flatMap((file) => {
    const lines = readFileSync(join(source, file), "utf8").split("\n");
    return lines.flatMap((line, i) =>
      /^export (async |abstract )?(function|const|interface|type|class) ?\*? ?\w/.test(line) &&
      !lines[i - 1]?.trim().endsWith("*/")
        ? [`${file}:${i + 1} ${line}`]
        : [],
    );
  });
  expect(files.length).toBeGreaterThan(80);
  expect(bare).toEqual([]);
});
