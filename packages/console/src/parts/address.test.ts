import { expect, it } from "vitest";
import { readSearch } from "./address.js";

it("takes what it knows from an address, and nothing else", () => {
  expect(readSearch({ registration: "a.yaml", asOf: "day_5", entry: "3", x: 1 })).toEqual({
    registration: "a.yaml",
    asOf: "day_5",
    entry: 3,
  });
  expect(readSearch({ registration: "", asOf: 4, entry: "0.5" })).toEqual({});
  expect(readSearch({ entry: -1 })).toEqual({});
});
