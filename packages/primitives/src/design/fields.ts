/** Field types that several documents share. */
import type { Expression } from "@plumbline/stats";
import { z } from "zod";
import { ExpressionError, identifierFault, parseExpression } from "../shared/expression.js";
import type { ProblemCode } from "../shared/problems.js";

/** What a coded issue carries beside its message; `issues.ts` reads it back. */
export interface IssueParameters {
  readonly code: ProblemCode;
  readonly mend: string;
  /** UTF-16 index inside the text the issue is about. */
  readonly offset?: number;
}

/** The part of Zod's refinement context that a coded issue needs. */
interface IssueSink {
  addIssue(issue: {
    code: "custom";
    message: string;
    path: PropertyKey[];
    params: Record<string, unknown>;
  }): void;
}

/** Adds a coded issue: `path` is relative to the value being refined. */
export function refuse(
  context: IssueSink,
  code: ProblemCode,
  path: (string | number)[],
  message: string,
  mend: string,
  offset?: number,
): void {
  const params = offset === undefined ? { code, mend } : { code, mend, offset };
  context.addIssue({ code: "custom", message, path, params });
}

/** Names are shown in tables of 100 columns and in reports; nobody means a longer one. */
const NAME_LIMIT = 200;
const TEXT_LIMIT = 10_000;

/** C0 and C1 control characters and DEL: never meant, and able to deceive a terminal. */
export function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true;
  }
  return false;
}

/** Name of a metric, source, arm, dimension or level. */
export const name = z
  .string()
  .min(1, "a name cannot be empty")
  .max(NAME_LIMIT, `a name has at most ${NAME_LIMIT} characters`)
  .refine((text) => !hasControlCharacter(text), "a name cannot hold control characters")
  .refine((text) => text.trim() === text, "a name cannot begin or end with a space");

/** Free text for people. */
export const text = z.string().max(TEXT_LIMIT, `a text has at most ${TEXT_LIMIT} characters`);

/**
 * For refinements: they see only values whose every part was accepted. Zod would otherwise run them
 * on what a failed transformation left behind.
 */
export const WHEN_SOUND = {
  when: (payload: { issues: readonly unknown[] }): boolean => payload.issues.length === 0,
};

/** Name of a column, as it stands in the data. */
export const column = z.string().superRefine((given, context) => {
  const fault = identifierFault(given);
  if (fault) refuse(context, "IDENTIFIER_INVALID", [], fault.message, fault.mend);
}, WHEN_SOUND);

/** An expression over the columns of a source; see `shared/expression.ts`. */
export const expression = z
  .union([z.string(), z.number(), z.boolean()], {
    error: "expected an expression: a column name, a condition or arithmetic",
  })
  .transform((given, context): Expression => {
    try {
      return parseExpression(String(given));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      refuse(context, error.code, [], error.message, error.mend, error.index);
      return z.NEVER;
    }
  });

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d))?$/;

/** A date (midnight UTC) or a time with its zone, brought to `YYYY-MM-DDThh:mm:ss.sssZ`. */
export const instant = z.string().transform((given, context) => {
  const [, year, month, day] = (INSTANT.exec(given) ?? []).map(Number);
  const date = new Date(Date.UTC(year ?? Number.NaN, (month ?? 0) - 1, day ?? 0));
  const exists = date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
  if (!exists) {
    refuse(
      context,
      "TIME_INVALID",
      [],
      `"${given}" is not a date, or a time with its zone.`,
      "Write 2026-04-15 or 2026-04-15T09:00:00Z.",
    );
    return z.NEVER;
  }
  return new Date(given).toISOString();
});

/** What one gives where harm is limited: exactly one of the three. */
export const thresholdFields = {
  threshold: z.number().optional().meta({
    description: "The value the treatment arm itself must not pass, in the metric's unit (800 ms).",
  }),
  threshold_relative: z.number().optional().meta({
    description:
      "Largest tolerated change of treatment against control, as a fraction: -0.005 is a fall of 0.5 %.",
  }),
  threshold_absolute: z.number().optional().meta({
    description: "Largest tolerated change of treatment against control, in the metric's unit.",
  }),
};

/** A value in the data that is compared as text: `1`, `true` and `JP` are all written plainly. */
export const dataValue = z
  .union([z.string(), z.number(), z.boolean()], {
    error: "expected text, a number, true or false",
  })
  .transform(String);

/** A share, level or probability strictly between 0 and 1. */
export const openUnit = z
  .number()
  .gt(0, "must be greater than 0 (write 5 % as 0.05)")
  .lt(1, "must be less than 1 (write 5 % as 0.05)");

export const direction = z.enum(["higher_is_better", "lower_is_better"]);

export const alternative = z.enum(["two_sided", "greater", "less"]);

export const count = z.int("must be a whole number").nonnegative("must not be negative");

/** `prototype` keys cannot be told from inherited ones by a reader of plain objects. */
const RESERVED_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Key of a map that names something (metrics, sources, arms, dimensions). */
export const key = name.refine(
  (text) => !RESERVED_KEYS.has(text),
  "this name is reserved; choose another one",
);
