import { expect, test } from "vitest";
import { clockTime, parseClockTime } from "./clock-time.ts";

test("times of a clip, written and read", () => {
  expect([0, 7.26, 59.96, 61, 3725.5].map(clockTime)).toEqual(["0:00.0", "0:07.3", "1:00.0", "1:01.0", "1:02:05.5"]);
  expect(["83.5", "1:23.5", "1:02:45", " 7 ", ".5"].map(parseClockTime)).toEqual([83.5, 83.5, 3765, 7, 0.5]);
  for (const text of ["", "-1", "1:2:3:4", "abc", "1e3", ":30"]) expect(parseClockTime(text)).toBeUndefined();
});
