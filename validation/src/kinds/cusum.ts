import { averageRunLength, type CusumSides, cusumThreshold } from "@plumbline/stats";
import type { Fields } from "../fields.js";
import type { KindTable } from "./table.js";

const SIDES: Readonly<Record<string, CusumSides>> = { one: "one", two: "two" };

const sides = (input: Fields) => input.choice("sided", SIDES);

export const CUSUM_KINDS: KindTable = {
  arl: (input) => ({
    arl: averageRunLength(
      { k: input.number("k"), h: input.number("h"), sides: sides(input) },
      input.number("mean_shift"),
    ),
  }),

  threshold: (input) => ({
    h: cusumThreshold(input.number("k"), input.number("target_arl0"), sides(input)),
  }),
};
