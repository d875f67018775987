/** The `holdback:` block of a registration: who goes on without the change after launch, and what is compared. */
import { z } from "zod";
import { column, dataValue, expression, name, openUnit } from "./fields.js";

export const holdbackSchema = z.strictObject({
  share: openUnit.meta({
    description:
      "Share of the units held back after launch, 0.05 for 5 %; the sample ratio is tested on it.",
  }),
  days: z
    .number()
    .positive("must be greater than 0")
    .max(730, "at most 730 days")
    .meta({ description: "Days after the launch over which it is read, e.g. 60." }),
  metrics: z
    .array(
      z.strictObject({
        name: name.meta({ description: "Name of the metric in the metric library." }),
      }),
    )
    .min(1, "name at least one metric")
    .max(20, "at most 20 metrics")
    .optional()
    .meta({ description: "Metrics compared with their lift at launch; default: the primary one." }),
  source: name.optional().meta({
    description: "Source saying who is held back; default: that of exposure.",
  }),
  arm: column
    .optional()
    .meta({ description: "Column holding the group; default: that of exposure." }),
  time: column.optional().meta({ description: "Column with the time; default: that of exposure." }),
  filter: expression.optional().meta({
    description:
      "Only rows for which this holds; default: that of exposure, where the source is the same.",
  }),
  held_back: dataValue.optional().meta({
    description: "Value of the column for units held back; default: that of the control arm.",
  }),
  launched: dataValue.optional().meta({
    description: "Value for units that have the change; default: that of the arm that shipped.",
  }),
});
