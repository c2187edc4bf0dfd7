import { expect, it } from "vitest";
import { dashboardHtml } from "./dashboard.ts";
import { statusText } from "./format-label.ts";
import type { LabelResult } from "./label-config.ts";
import { createTally } from "./label-status.ts";
import type { ShardRecord } from "./shard-record.ts";

const kept = (score: number, preview?: string): { state: "done"; result: LabelResult } => ({
  state: "done",
  result: {
    ...{ kept: true, sha256: "", bytes: 1, width: 1, height: 1, score, hash: "0", faces: 2, plates: 1, metadata: [] },
    ...(preview && { preview }),
  },
});
const record = (dropped: ShardRecord["dropped"]): ShardRecord => ({
  ...{ file: "label-000000.tar", bytes: 2_000_000, sha256: "", first: 0, end: 4, samples: [], dropped },
});

it("counts what happens, takes back what is done again, and finds repetitions when a shard is finished", () => {
  const tally = createTally("nano", 10, 2);
  tally.ready();
  tally.addOutcome(0, kept(0.91));
  tally.addOutcome(1, kept(1, "data:image/jpeg;base64,AAAA"));
  tally.addOutcome(2, { state: "done", result: { kept: false, reason: "low-score", detail: "", score: 0.2 } });
  tally.addOutcome(3, { state: "poisoned", reason: "<crash>" });
  tally.addOutcome(4, kept(0.5), true);
  tally.remove(kept(0.5));
  const repeated = { index: 0, source: "", reason: "near-duplicate", detail: "" };
  const dark = { index: 1, source: "", reason: "too-dark", detail: "" };
  tally.finishShard(record([repeated, dark]), (index) => (index === 0 ? kept(0.91) : undefined));
  const status = tally.status("running", [11, 12]);
  expect(status).toMatchObject({
    ...{ settled: 4, kept: 1, dropped: { failed: 1, "low-score": 1, "near-duplicate": 1 }, faces: 2, plates: 1 },
    ...{ shards: 1, bytes: 2_000_000, sessionSettled: 4, workers: [11, 12], errors: ["3: <crash>"] },
  });
  expect(status.scores.reduce((a, b) => a + b)).toBe(3);
  expect([status.scores[4], status.scores[18], status.scores[19]]).toEqual([1, 1, 1]);
  expect(status.meanScore).toBeCloseTo((0.91 + 1 + 0.2) / 3, 9);
  expect(statusText(status)).toMatch(/4 of 10 \(40\.0 %\)/);
});

it("draws a page of its own without scripts or other files, in which text stays text", () => {
  const tally = createTally("nano", 1000, 1);
  tally.addOutcome(1, kept(0.77, "data:image/jpeg;base64,AAAA"));
  tally.addError(`<script>alert("x")</script>`);
  const page = dashboardHtml(tally.status("running", []), tally.previews());
  expect(page).not.toMatch(/<script|<link|src="(?!data:)|https?:/);
  expect(page).toContain('http-equiv="refresh"');
  expect(page).toContain('src="data:image/jpeg;base64,AAAA"');
  expect(page.match(/<rect /g)).toHaveLength(20);
  const done = dashboardHtml(tally.status("stopped", [], "the disk & all"), []);
  expect(done).not.toContain("refresh");
  expect(done).toContain("the disk &amp; all");
});
