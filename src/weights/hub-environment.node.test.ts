import { homedir } from "node:os";
import { expect, test } from "vitest";
import { hubEnvironment } from "./hub-environment.node.ts";

const from = (environment: Record<string, string>, options = {}) => hubEnvironment({ environment, ...options });

test("defaults are those of Python's huggingface_hub", () => {
  expect(from({})).toEqual({
    endpoint: "https://huggingface.co",
    cacheFolder: `${homedir()}/.cache/huggingface/hub`,
    offline: false,
  });
});

test.each([
  [{ HF_HUB_CACHE: "/a", HUGGINGFACE_HUB_CACHE: "/b", HF_HOME: "/c", XDG_CACHE_HOME: "/d" }, "/a"],
  [{ HUGGINGFACE_HUB_CACHE: "/b", HF_HOME: "/c", XDG_CACHE_HOME: "/d" }, "/b"],
  [{ HF_HOME: "/c", XDG_CACHE_HOME: "/d" }, "/c/hub"],
  [{ XDG_CACHE_HOME: "/d" }, "/d/huggingface/hub"],
  [{ HF_HOME: "~/hf" }, `${homedir()}/hf/hub`],
  [{ HF_HOME: "" }, `${homedir()}/.cache/huggingface/hub`],
])("the cache folder from %j", (environment, folder) => {
  expect(from(environment).cacheFolder).toBe(folder);
  expect(from(environment, { cacheFolder: "/mine" }).cacheFolder).toBe("/mine");
});

test("the endpoint loses its last slash and must be a web address", () => {
  expect(from({ HF_ENDPOINT: "https://mirror.example/hub/" }).endpoint).toBe("https://mirror.example/hub");
  expect(from({ HF_ENDPOINT: "https://a.example" }, { endpoint: "http://b.example" }).endpoint).toBe(
    "http://b.example",
  );
  for (const endpoint of ["mirror.example", "file:///etc", "ftp://x"])
    expect(() => from({ HF_ENDPOINT: endpoint })).toThrow(/HF_ENDPOINT/);
});

test("the token and the offline flags", () => {
  expect(from({ HF_TOKEN: " hf_a\n" }).token).toBe("hf_a");
  expect(from({ HF_TOKEN: "hf_a" }, { token: "hf_b" }).token).toBe("hf_b");
  for (const value of ["1", "ON", "yes", "True"]) expect(from({ HF_HUB_OFFLINE: value }).offline).toBe(true);
  for (const value of ["0", "", "no"]) expect(from({ TRANSFORMERS_OFFLINE: value }).offline).toBe(false);
  expect(from({ HF_HUB_OFFLINE: "1" }, { offline: false }).offline).toBe(false);
});
