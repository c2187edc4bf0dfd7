import { decode } from "fast-png";
import { expect, test } from "vitest";
import { readImage as readInNode } from "./codec.node.ts";
import { encodePng } from "./codec.web.ts";

test("the browser's PNG encoder keeps samples, depth and notes", async () => {
  const data = Uint16Array.of(0, 1, 256, 65535, 40000, 7);
  const png = await encodePng({ width: 3, height: 2, channels: 1, data }, { text: { Kind: "metric" } });
  expect(decode(png, { checkCrc: true })).toMatchObject({
    width: 3,
    height: 2,
    depth: 16,
    channels: 1,
    data,
    text: { Kind: "metric" },
  });
  const rgb = Uint8Array.of(1, 2, 3, 250, 251, 252);
  const image = await readInNode(await encodePng({ width: 2, height: 1, channels: 3, data: rgb }));
  expect(image).toEqual({ width: 2, height: 1, data: rgb, maxValue: 255 });
});
