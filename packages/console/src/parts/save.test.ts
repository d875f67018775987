import { expect, it } from "vitest";
import { csv } from "./save.js";

it("writes RFC 4180, keeps numbers as numbers and formulas as text", () => {
  expect(
    csv([
      ["name", "says", "n"],
      ["a,b", 'the "word"', "-1.5e-3"],
      ["=1+1", "two\nlines", "+4"],
      ["@x", "−1.0 %", "-x"],
    ]),
  ).toBe(
    'name,says,n\r\n"a,b","the ""word""",-1.5e-3\r\n\'=1+1,"two\nlines",+4\r\n\'@x,−1.0 %,\'-x\r\n',
  );
});
