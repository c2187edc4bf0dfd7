import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { relativeError } from "../golden-file.ts";
import { runSeededNano } from "../support/nano-run.ts";
import type { Page as PageCode } from "./browser-page.ts";

const chromiumPath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const root = join(import.meta.dirname, "../..");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves a page that loads the code, and beside the code ONNX Runtime's own files, which it loads by itself. */
async function serve(code: Uint8Array): Promise<Server> {
  const page =
    '<!DOCTYPE html><title>Test</title><link rel="icon" href="data:,"><script type="module" src="page.js"></script>';
  const files = new Map<string, string | Uint8Array>([
    ["/", page],
    ["/page.js", code],
  ]);
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    const ownFile = /^\/(ort-[\w.-]+)$/.exec(path)?.[1];
    const body = ownFile
      ? await readFile(join(root, "node_modules/onnxruntime-web/dist", ownFile)).catch(() => undefined)
      : files.get(path);
    response.writeHead(body ? 200 : 404, { "content-type": TYPES[extname(path)] ?? "text/html" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe.skipIf(!chromiumPath)("in a browser (skipped without Chromium: apt-get install chromium)", () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const bundle = await build({
      entryPoints: [join(root, "test/e2e/browser-page.ts")],
      bundle: true,
      format: "esm",
      platform: "browser",
      conditions: ["source", "browser", "import"],
      write: false,
      logLevel: "silent",
    });
    server = await serve(bundle.outputFiles[0]?.contents as Uint8Array);
    browser = await chromium.launch({
      executablePath: chromiumPath as string,
      args: [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    page = await browser.newPage();
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("requestfailed", (request) => complaints.push(`no answer for ${request.url()}`));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction("globalThis.page !== undefined");
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const inPage = <T>(expression: string): Promise<T> => page.evaluate(`page.${expression}`);

  it("a model gives the numbers it gives in Node", async () => {
    const found = await inPage<Awaited<ReturnType<PageCode["runSeededNano"]>>>("runSeededNano()");
    const expected = await runSeededNano();
    expect(expected.map(({ dims }) => dims)).toEqual([
      [1, 64, 64],
      [2, 32, 96],
    ]);
    for (const [i, { dims, data }] of expected.entries()) {
      expect(found[i]?.dims).toEqual(dims);
      expect(Math.max(...data)).toBeGreaterThan(0.1);
      expect(relativeError(found[i]?.data ?? [], data)).toBeLessThan(1e-4); // measured: 4e-6
    }
    expect(complaints).toEqual([]);
  });

  it("devices are those of the browser, and the others are refused with a reason", async () => {
    const devices = await inPage<ReturnType<PageCode["availableDevices"]>>("availableDevices()");
    expect(devices[0]).toBe("cpu");
    expect(["cpu", "webgpu"]).toEqual(expect.arrayContaining(devices));
    expect(await inPage("refusal('cpu')")).toBe("none");
    expect(await inPage("refusal('cuda')")).toMatch(/^Device "cuda" cannot be used: .* This installation can try: cpu/);
    expect(await inPage("refusal('webgpu')")).toMatch(/^none$|^Device "webgpu" cannot be used: .*capable browser/s);
  });
});
