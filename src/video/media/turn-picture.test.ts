import { expect, it } from "vitest";
import { type Turn, turnPicture } from "./turn-picture.ts";

// Rows of a 3x2 picture: a b c / d e f.
const picture = Uint8Array.from([..."abcdef"].flatMap((letter) => Array(3).fill(letter.charCodeAt(0))));
const turned = (turn: Turn, isMirrored: boolean): string =>
  [...turnPicture(picture, { width: 3, height: 2 }, turn, isMirrored)]
    .filter((_, i) => i % 3 === 0)
    .map((code) => String.fromCharCode(code))
    .join("");

it("turns clockwise", () => {
  expect(turned(0, false)).toBe("abcdef");
  expect(turned(90, false)).toBe("daebfc");
  expect(turned(180, false)).toBe("fedcba");
  expect(turned(270, false)).toBe("cfbead");
});

it("mirrors after turning", () => {
  expect(turned(0, true)).toBe("cbafed");
  expect(turned(90, true)).toBe("adbecf");
  expect(turned(270, true)).toBe("fcebda");
});
