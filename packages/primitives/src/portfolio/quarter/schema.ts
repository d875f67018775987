/** The candidates of a quarter, as written. Source: Primitive 2, "Experiment Portfolio Thinking". */
import { z } from "zod";
import { LARGEST_PORTFOLIO } from "../problem.js";

const TEXT_LIMIT = 10_000;
const LEAST_REASON = 20;
const MOST = 1e15;

const text = z.string().max(TEXT_LIMIT, `a text has at most ${TEXT_LIMIT} characters`);
const name = z
  .string()
  .min(1, "a name cannot be empty")
  .max(200, "a name has at most 200 characters")
  .regex(/^[^\p{Cc}]*$/u, "a name cannot hold control characters")
  .refine((given) => given.trim() === given, "a name cannot begin or end with a space");
const names = z.array(name).max(LARGEST_PORTFOLIO, `at most ${LARGEST_PORTFOLIO} names`);
const reason = text.refine(
  (given) => given.trim().length >= LEAST_REASON,
  `say it in a sentence of at least ${LEAST_REASON} characters`,
);
const positive = z.number().gt(0, "must be greater than 0").max(MOST, "at most 1e15");
const amount = z.number().min(0, "cannot be negative").max(MOST, "at most 1e15");
const share = z
  .number()
  .gt(0, "must be greater than 0 (write 5 % as 0.05)")
  .max(1, "cannot be more than 1 (write 5 % as 0.05)");
const probability = z
  .number()
  .gt(0, "a probability is greater than 0")
  .lt(1, "a probability is less than 1 (write 70 % as 0.7)");
const count = z.number().int("must be a whole number").min(0, "cannot be negative").max(1e9);

const impact = z
  .strictObject({
    low: z.number().optional().meta({ description: "One in ten outcomes lies below." }),
    likely: z.number().optional().meta({ description: "The middle." }),
    high: z.number().optional().meta({ description: "One in ten outcomes lies above." }),
    mean: z.number().optional().meta({ description: "Instead of the three: the mean." }),
    sd: positive.optional().meta({ description: "And its standard deviation." }),
  })
  .refine(
    ({ low, likely, high, mean, sd }) => {
      const three = [low, likely, high].filter((each) => each !== undefined).length;
      const two = [mean, sd].filter((each) => each !== undefined).length;
      return (three === 3 && two === 0) || (three === 0 && two === 2);
    },
    { error: "give low, likely and high, or mean and sd" },
  );

const effort = z.union(
  [
    positive,
    z.strictObject({
      low: positive.meta({ description: "One time in ten it takes less." }),
      likely: positive.meta({ description: "The plan, in engineer-weeks." }),
      high: positive.meta({ description: "One time in ten it takes more." }),
    }),
  ],
  { error: "expected engineer-weeks above 0, or low, likely and high" },
);

const cohort = z.strictObject({
  name: name.meta({ description: "A cohort in which the effect must be seen by itself." }),
  share: share.meta({ description: "Its share of the units." }),
});

const experiment = z
  .strictObject({
    metric: name.meta({ description: "The metric that the impact is a change of." }),
    baseline: z
      .number()
      .optional()
      .meta({ description: "Its value today; a share for shape: share." }),
    sd: positive.optional().meta({ description: "Standard deviation of one unit, for a mean." }),
    weekly_units: positive.optional().meta({
      description:
        "Different eligible units in a week; default: reach over the weeks of the quarter.",
    }),
    returning_share: z.number().min(0).max(1).optional().meta({
      description: "Share of a week's units that were there the week before; default 0.",
    }),
    exposed_share: share.optional().meta({ description: "Share of the traffic; default 1." }),
    weeks: positive.optional().meta({
      description: "Weeks of the quarter that are left to run in; default all of them.",
    }),
    variance_reduction: z.number().min(0).lt(1, "must be less than 1").optional().meta({
      description: "Share of the variance that a covariate takes away (CUPED); default 0.",
    }),
    unit: name.optional().meta({
      description: "What is randomised, for the registration drafted from it; default user_id.",
    }),
    cohorts: z.array(cohort).max(100, "at most 100 cohorts").optional(),
  })
  .refine(
    ({ sd, baseline }) =>
      sd !== undefined || (baseline !== undefined && baseline > 0 && baseline < 1),
    {
      error: "give sd for a mean, or a baseline between 0 and 1 for a share",
    },
  );

const resolves = z.strictObject({
  quarters: positive.meta({
    description: "For how many quarters the answer decides what is built.",
  }),
  value_per_quarter: positive.meta({
    description:
      "What a quarter in this direction brings if the direction works, in the unit of value.",
  }),
  cost_per_quarter: positive.meta({
    description: "What a quarter in this direction costs, in the same unit.",
  }),
});

export const DECISIONS = ["ship", "ship_as_evoi", "defer", "maintenance", "reject"] as const;
export type Decision = (typeof DECISIONS)[number];

const candidate = z.strictObject({
  id: name.meta({ description: "Its name in this document." }),
  title: text.optional().meta({ description: "What it is, for people." }),
  kind: z.enum(["win", "swing", "hygiene"]).meta({ description: "What it is meant as." }),
  reach: positive.meta({ description: "Eligible users or sessions in the quarter." }),
  impact: z
    .union([z.number(), impact], { error: "expected a number, or low, likely and high" })
    .meta({ description: "Change of the metric for one unit, if it works." }),
  evidence_quality: probability.meta({
    description:
      "Claimed chance that it works: 0.1 gut feel, 0.9 replicated literature and offline.",
  }),
  defence: reason
    .optional()
    .meta({ description: "Why the claim holds, where it is above the record." }),
  effort: effort.meta({ description: "Engineer-weeks." }),
  built_before: z
    .strictObject({ planned_weeks: positive, actual_weeks: positive })
    .optional()
    .meta({ description: "What the like took last time." }),
  experiment,
  surface: name.meta({ description: "Where it runs; two on one surface share its traffic." }),
  direction: name.meta({ description: "Line of research; hit rates are counted by it." }),
  value_per_unit: positive.optional().meta({ description: "Worth of an impact of 1; default 1." }),
  launch_cost: amount.optional().meta({ description: "Paid on launching, in the unit of value." }),
  resolves: resolves.optional().meta({ description: "The direction that its result decides." }),
  upside: z.enum(["high", "low"]).optional().meta({ description: "Instead of the computed one." }),
  risk: z.enum(["high", "low"]).optional().meta({ description: "Instead of the computed one." }),
  needs: names.optional().meta({ description: "Chosen in the same quarter, or not at all." }),
  after: names.optional().meta({ description: "Candidates whose result must be there first." }),
  excludes: names.optional().meta({ description: "Candidates that do the same job." }),
  blocked: reason.optional().meta({ description: "Why it cannot start this quarter." }),
  backlog: name.optional().meta({ description: "The other backlog that it belongs to." }),
  upkeep: z
    .strictObject({ engineers: positive.meta({ description: "Engineers, 0.5 for half of one." }) })
    .optional()
    .meta({ description: "Kept going beside the slots, all quarter." }),
  note: text.optional().meta({ description: "What the team adds to the reason." }),
  framing: text.optional().meta({ description: "Path of its PR/FAQ." }),
});

const override = z.strictObject({
  candidate: name,
  decision: z.enum(DECISIONS),
  reason: reason.meta({ description: "Why the formula is wrong here." }),
  by: name.meta({ description: "Who decided." }),
});

const record = z
  .strictObject({
    direction: name,
    wins: count,
    trials: count.min(1, "must be 1 or more"),
    planned_weeks: positive.optional(),
    actual_weeks: positive.optional(),
  })
  .refine(({ wins, trials }) => wins <= trials, {
    error: "wins cannot be more than trials",
    path: ["wins"],
  })
  .refine((each) => (each.planned_weeks === undefined) === (each.actual_weeks === undefined), {
    error: "give planned_weeks and actual_weeks together",
  });

const RELATIVE = /^(?![/\\])(?!.*(?:^|[/\\])\.\.(?:[/\\]|$))(?!.*:).+$/;

export const portfolioSchema = z
  .strictObject({
    kind: z.literal("portfolio").meta({ description: "Says that this is a portfolio." }),
    portfolio_id: name,
    title: text.optional(),
    quarter: z.strictObject({ name, weeks: positive.max(53, "a quarter has at most 53 weeks") }),
    value_unit: name
      .optional()
      .meta({ description: "What values are counted in; default: units of impact." }),
    horizon_quarters: positive.max(40, "at most 40 quarters").optional().meta({
      description: "For how many quarters a launch pays; default 1.",
    }),
    capacity: z.strictObject({
      engineer_weeks: amount,
      slots: count.max(LARGEST_PORTFOLIO).meta({ description: "Experiments of the quarter." }),
    }),
    rules: z
      .strictObject({
        swings: count
          .optional()
          .meta({ description: "High upside with high risk, at most; default 2." }),
        hygiene: count
          .optional()
          .meta({ description: "Low upside with low risk, at most; default 1." }),
        per_surface: count
          .min(1)
          .max(2, "at most 2: three would share in ways that are not computed")
          .optional(),
        upside: positive.optional().meta({
          description:
            "Reach times impact times value from which upside is high; default: the median.",
        }),
        evidence: probability.optional().meta({
          description: "Evidence quality up to which risk is high; default 0.5.",
        }),
        least_power: probability.optional().meta({
          description:
            "Below this chance of seeing its impact a candidate is undetectable; default 0.5.",
        }),
      })
      .optional(),
    study: z
      .strictObject({
        alpha: probability.optional(),
        sided: z.union([z.literal(1), z.literal(2)], { error: "expected 1 or 2" }).optional(),
        power: probability.optional(),
      })
      .optional()
      .meta({
        description: "How experiments are judged; default alpha 0.05, two-sided, power 0.8.",
      }),
    beliefs: z
      .strictObject({
        claim_weight: z.number().min(0).max(1).optional().meta({
          description: "Weight of a claim against the record, on the log odds; default 0.5.",
        }),
        miss_spread: amount.max(10).optional().meta({
          description: "Spread of the effects of misses, in impacts; default 0.5.",
        }),
        tail_df: z.number().gt(2, "must be above 2").max(1000).optional().meta({
          description: "Degrees of freedom of the effects of hits: low, fat tails; default 3.",
        }),
      })
      .optional(),
    past: z.array(record).max(1000, "at most 1000 rows").optional().meta({
      description: "How past experiments went, counted by direction.",
    }),
    past_file: z
      .string()
      .regex(RELATIVE, "write a path below this document's folder")
      .optional()
      .meta({
        description: "CSV of past experiments, one a line (docs/portfolio.md).",
      }),
    candidates: z.array(candidate).min(1, "name at least one candidate").max(10_000),
    overrides: z.array(override).max(LARGEST_PORTFOLIO).optional().meta({
      description: "Decisions taken against the formula, each with its reason.",
    }),
  })
  .meta({ title: "Plumbline portfolio" });

export type PortfolioDocument = z.output<typeof portfolioSchema>;
export type Candidate = PortfolioDocument["candidates"][number];
export type ManualDecision = NonNullable<PortfolioDocument["overrides"]>[number];

/** What holds where a document says nothing. */
export const PORTFOLIO_DEFAULTS = {
  horizonQuarters: 1,
  swings: 2,
  hygiene: 1,
  perSurface: 2,
  evidence: 0.5,
  leastPower: 0.5,
  alpha: 0.05,
  sided: 2,
  power: 0.8,
  claimWeight: 0.5,
  missSpread: 0.5,
  tailDf: 3,
} as const;
