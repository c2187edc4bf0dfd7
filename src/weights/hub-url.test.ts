import { expect, test } from "vitest";
import { MODELS } from "../models/registry.ts";
import { checkHubSource, hubFileUrl } from "./hub-url.ts";

test("every file of the registry has an address", () => {
  for (const source of MODELS.flatMap((row) => row.sources)) {
    checkHubSource(source);
    const { pathname } = new URL(hubFileUrl("https://huggingface.co", source));
    const prefix = source.repoType === "space" ? "/spaces" : "";
    expect(pathname).toBe(`${prefix}/${source.repo}/resolve/main/${source.path}`);
  }
});

test("an endpoint below a path, a revision with a slash and a path with spaces", () => {
  const source = { repo: "o/n", repoType: "model", revision: "refs/pr/1", path: "a b/c#.pth" } as const;
  checkHubSource(source);
  expect(hubFileUrl("https://mirror.example/hf", source)).toBe(
    "https://mirror.example/hf/o/n/resolve/refs%2Fpr%2F1/a%20b/c%23.pth",
  );
});
