import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable, textWidth, wrapText } from "./text-width.js";

describe("textWidth", () => {
  // East_Asian_Width of UAX #11: W and F are two columns, Na, N and A one; marks are none.
  it.each([
    ["csat", 4],
    ["日本語", 6],
    ["ｱｲｳ", 3],
    ["ＡＢ", 4],
    ["한국어", 6],
    ["e\u0301", 1],
    ["が", 2],
    ["か\u3099", 2],
    ["├──●──┤", 7],
    ["−1.43 %", 7],
    ["🚀", 2],
    ["（）", 4],
  ])("%s takes %i columns", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe("wrapText", () => {
  it("never makes a line wider than asked, and loses nothing but blanks", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "_", " ", "日", "é", "-", "%", "🚀") });
    fc.assert(
      fc.property(word, fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrapText(text, width);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("breaks a long name after an underscore", () => {
    expect(wrapText("share_of_returning_users", 12)).toEqual(["share_of_", "returning_", "users"]);
  });
});

describe("printable", () => {
  it("leaves nothing that moves a cursor or reorders a line", () => {
    expect(printable("a\u001b[2Jb\u202ec\u0007")).toBe("a\ufffd[2Jb\ufffdc\ufffd");
    expect(printable("two\r\nlines\tx")).toBe("two\nlines  x");
  });
});
