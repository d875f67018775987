/** The `cohorts.intersections:` and `cohorts.fairness:` keys of a registration. */
import { z } from "zod";
import { key, openUnit } from "./fields.js";

export const intersections = z
  .array(
    z
      .array(key)
      .min(2, "an intersection combines at least two dimensions")
      .max(4, "an intersection combines at most four dimensions"),
  )
  .max(20, "at most 20 intersections")
  .meta({
    description:
      "Dimensions that are combined, e.g. [[locale, tenure]]; every combination of their levels is checked like a level.",
  });

export const fairness = z
  .strictObject({
    floor: z.union([z.boolean(), openUnit]).optional().meta({
      description:
        "Least value of the primary metric in any cohort, as a share of the value over everybody, both under treatment; true: 0.95.",
    }),
    no_large_regression: z.union([z.boolean(), z.number()]).optional().meta({
      description:
        "Largest tolerated change for the worse in any cohort, a fraction of its control; true: -0.03 (+0.03 when lower is better).",
    }),
    pareto: z.boolean().optional().meta({
      description: "No cohort pays for the gain of the others: harm of any size in one vetoes.",
    }),
  })
  .meta({ description: "Fairness rules over all declared cohorts; each is off unless written." });
