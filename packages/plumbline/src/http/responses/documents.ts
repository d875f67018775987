/**
 * Shapes of what operations answer: the documents that the commands print with --json. Within a version of a document every key here
 * is present; more may come, so readers pass over what they do not know.
 */
import { z } from "zod";

const text = z.string();
const count = z.int().min(0);
const seq = z.int().min(1).meta({ description: "Number of an entry in the ledger, from 1." });
const instant = z.iso.datetime().meta({ description: "UTC." });
const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: "SHA-256, hex." });
const figure = z.number().nullable();
const numbers = z.array(z.number());

/** Any JSON object: parts of documents whose schema is given elsewhere. */
const json = z.record(z.string(), z.unknown());

const change = z.looseObject({
  path: text,
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});

const missingRole = z.looseObject({
  role: text,
  holders: z.array(text).nullable().meta({ description: "Null: anybody in people.yaml." }),
});

const moment = z.looseObject({ seq, at: instant });

const signature = z.looseObject({ seq, at: instant, document: digest, role: text, person: text });

const version = z.looseObject({
  seq,
  at: instant,
  kind: z.enum(["registered", "amended"]),
  document: digest,
  content: json.meta({ description: "What was registered." }),
  reason: text.nullable(),
  changes: z.array(change),
  counted: z.array(signature),
  uncounted: z.array(signature),
  missing: z.array(text),
  locked: moment.nullable(),
});

const look = z.looseObject({
  seq,
  at: instant,
  number: z.int().min(1),
  verdict: text,
  document: digest.nullable(),
  version: z.int().nullable(),
  read: z.enum(["registered", "changed", "unknown"]),
});

const standing = z.looseObject({
  experiment: text,
  state: z.enum(["unregistered", "unsigned", "half_signed", "locked"]),
  version: version.nullable(),
  versions: z.array(version),
  amendments: z.array(
    z.looseObject({
      seq,
      at: instant,
      reason: text,
      changes: z.array(change),
      looksBefore: count,
    }),
  ),
  looks: z.array(look),
  started: moment.nullable(),
  rejected: z.array(signature),
  changed: z.array(change).nullable(),
  registrationSentence: text,
  sentence: text,
});

const lockCheck = z.looseObject({
  id: text,
  status: z.enum(["passed", "failed", "not_checked"]),
  sentence: text,
});

export const experimentStatus = z.looseObject({
  path: text.nullable(),
  standing,
  missing: z.array(missingRole),
  checks: z.array(lockCheck).nullable(),
  unreadable: z.boolean(),
});

export const statusDocument = z.looseObject({
  schema: z.literal("plumbline.status/1"),
  experiments: z.array(experimentStatus),
  entries: count,
  anchored: count,
});

const audit = z.looseObject({ warnings: count, notes: count });

export const registeredDocumentAnswer = z.looseObject({
  schema: z.literal("plumbline.registered/1"),
  experiment: text,
  path: text,
  seq,
  document: digest,
  roles: z.array(missingRole),
  warnings: count,
  audit,
});

export const amendedDocument = z.looseObject({
  schema: z.literal("plumbline.amended/1"),
  experiment: text,
  path: text,
  seq,
  document: digest,
  reason: text,
  changes: z.array(change),
  looksBefore: count,
  roles: z.array(missingRole),
  warnings: count,
  audit,
});

export const signedDocument = z.looseObject({
  schema: z.literal("plumbline.signed/1"),
  experiment: text,
  person: text,
  role: text,
  seq,
  document: digest,
  state: standing.shape.state,
  missing: z.array(missingRole),
  uncounted: z.boolean(),
});

export const startedDocument = z.looseObject({
  schema: z.literal("plumbline.started/1"),
  experiment: text,
  path: text,
  seq,
  at: instant,
  document: digest,
  by: text.nullable(),
  checks: z.array(lockCheck),
});

const treeHead = z.looseObject({ origin: text, size: count, root: digest, at: instant });

export const anchoredDocument = z.looseObject({
  schema: z.literal("plumbline.anchored/1"),
  head: treeHead,
  file: text,
  tag: text.nullable(),
  pushed: text.nullable(),
  timestamp: z.looseObject({ file: text, at: text, authority: text }).nullable(),
  fresh: z.boolean(),
});

export const verificationDocument = z.looseObject({
  schema: z.literal("plumbline.verification/1"),
  ok: z.boolean(),
  entries: count,
  root: digest,
  anchored: count,
  steps: z.array(
    z.looseObject({
      name: text,
      title: text,
      status: z.enum(["passed", "failed", "not_checked"]),
      findings: z.array(text),
    }),
  ),
  proved: z.array(text),
  unproved: z.array(text),
});

const placed = z.looseObject({
  file: text,
  line: z.int(),
  column: z.int(),
  code: text,
  severity: z.enum(["error", "warning"]),
  message: text,
  mend: text,
});

export const checkDocument = z.looseObject({
  schema: z.literal("plumbline.check/1"),
  ok: z.boolean(),
  counts: z.looseObject({
    documents: count,
    registrations: count,
    metrics: count,
    sources: count,
    evidence: count,
  }),
  notes: z.array(text),
  problems: z.array(placed),
});

export const auditDocument = z.looseObject({
  schema: z.literal("plumbline.design_audit/1"),
  experiment_id: text,
  ok: z.boolean(),
  findings: z.array(
    z.looseObject({
      file: text,
      line: z.int(),
      column: z.int(),
      code: text,
      severity: z.enum(["error", "warning", "note"]),
      path: z.array(z.union([text, z.number()])),
      sentence: text,
      mend: text,
      numbers: z.record(text, z.number().nullable()),
    }),
  ),
  problems: z.array(placed),
});

const requirement = z.looseObject({
  id: text,
  role: text,
  metric: text,
  question: text,
  alpha: figure,
  power: figure,
  effect: figure,
  n_control: figure,
  n_treatments: numbers,
  n_per_arm: figure,
  total: figure,
});

const curve = z.looseObject({
  id: text,
  role: text,
  points: z.array(z.looseObject({ x: z.number(), y: figure })),
});

export const sizeDocument = z.looseObject({
  schema: z.literal("plumbline.design_size/1"),
  experiment_id: text,
  randomization_unit: text,
  alpha: z.number(),
  power: z.number(),
  plan: json,
  traffic: json.nullable(),
  planned: json.nullable(),
  requirements: z.array(requirement),
  unsized: z.array(json),
  bottleneck: text.nullable(),
  total: figure,
  weeks: figure,
  notes: z.array(text),
  curves: z.looseObject({
    power_against_total: z.array(curve),
    relative_effect_against_days: z.array(curve),
  }),
});

export const suggestionsDocument = z.looseObject({
  schema: z.literal("plumbline.guardrail-suggestions/1"),
});

export const watchDocument = z.looseObject({
  schema: z.literal("plumbline.watch/1"),
  experiment: text,
  day: figure,
  invalid: z.array(json),
  checks: z.array(json),
  breaches: z.array(text),
  overridden: z.array(text),
  paused: moment.nullable(),
  standing: z.array(seq),
});

const bounds = { estimate: z.number(), lower: z.number(), upper: z.number() };

export const noveltyDocument = z.looseObject({
  schema: z.literal("plumbline.novelty/1"),
  experiment: text,
  metric: text,
  unit: text.nullable(),
  at: instant.meta({ description: "The moment read." }),
  exposedBefore: instant.meta({ description: "Units exposed before this take part." }),
  coverage: z.number().meta({ description: "Of the intervals." }),
  arms: z.array(
    z.looseObject({
      treatment: text,
      units: z.looseObject({ control: count, treatment: count }),
      days: z.array(json),
      level: z.number().meta({ description: "Control's mean over the days." }),
      trend: json,
      finding: text,
      sentence: text,
    }),
  ),
});

export const holdbackDocument = z.looseObject({
  schema: z.literal("plumbline.holdback/1"),
  experiment: text,
  launch: z.looseObject({ at: instant, look: seq, treatment: text }),
  day: count.meta({ description: "Whole days of the holdback that have passed." }),
  days: count.meta({ description: "Days that were registered." }),
  units: z.looseObject({ heldBack: count, launched: count }),
  comparisons: z.array(
    z.looseObject({
      metric: text,
      launch: z.looseObject({ estimate: z.number() }),
      holdback: z.looseObject(bounds),
      difference: z.looseObject(bounds),
      share: z.looseObject(bounds).nullable(),
      finding: text,
      sentence: text,
      basis: z.enum(["as_recorded", "median_unbiased"]),
    }),
  ),
  notes: z.array(text),
});

export const planDocument = z.looseObject({
  schema: z.literal("plumbline.design_plan/1"),
  looks: numbers,
  information_rates: numbers,
  sided: z.int(),
  alpha: z.number(),
  power: z.number(),
  formula: text,
  critical_values: z.array(figure),
  nominal_levels: z.array(figure),
  cumulative_alpha: numbers,
  cumulative_power: numbers,
  futility: json.nullable(),
  inflation: figure,
  expected_information: z.unknown(),
  own_levels: json.nullable(),
});

export const replayDocument = z.looseObject({
  schema: z.literal("plumbline.replay/1"),
  seq,
  experiment: text,
  at: instant,
  verdict: text,
  version: text.meta({ description: "Version of Plumbline that decided then." }),
  identical: z.boolean(),
  data: z.looseObject({ kind: text, sha256: digest, description: text }),
  study: z.looseObject({ kind: text, version: z.int().nullable(), sentence: text }),
  replayed: json.meta({ description: "The verdict, decided again from the entry." }),
});

export const sqlDocument = z.looseObject({
  schema: z.literal("plumbline.sql/1"),
  statements: z.array(z.looseObject({ purpose: text, sql: text })),
});

export const jsonSchemaDocument = json.meta({ description: "A JSON Schema." });

export const shapes = { text, count, seq, instant, digest, json };
