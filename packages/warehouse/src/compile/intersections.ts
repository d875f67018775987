import type { IntersectionSpec } from "@plumbline/stats";
import { type Context, cohortKeys, dimensionKeys } from "./context.js";
import type { Column } from "./sql.js";

/** The level of an intersection over the dimension columns; null for a combination that is not declared. */
function combined(
  { plan, dialect }: Context,
  { of, levels }: IntersectionSpec,
  result: (level: string, position: number) => string,
): string | null {
  const keys = dimensionKeys(plan);
  const columns = of.map((id) => keys[plan.dimensions.findIndex((each) => each.id === id)]);
  const branches = levels.map(({ level, of: parts }, position) => {
    const held = columns.map((column, at) => `${column} = ${dialect.literal(parts[at] ?? "")}`);
    return `WHEN ${held.join(" AND ")} THEN ${result(level, position)}`;
  });
  return branches.length === 0 ? null : `CASE ${branches.join(" ")} END`;
}

function columnsOf(
  context: Context,
  result: (level: string, position: number) => string,
  none: string,
): Column[] {
  const { plan } = context;
  const keys = cohortKeys(plan).slice(plan.dimensions.length);
  return (plan.intersections ?? []).map((intersection, index) => ({
    sql: combined(context, intersection, result) ?? none,
    as: keys[index] ?? "",
  }));
}

/** Each intersection's level, as text, over dimension columns that hold text. */
export function intersectionLevels(context: Context): Column[] {
  const { literal, text } = context.dialect;
  return columnsOf(context, literal, `CAST(NULL AS ${text})`);
}

/** Each intersection's position among its declared levels, over dimension columns that hold text. */
export function intersectionCodes(context: Context): Column[] {
  return columnsOf(context, (_, position) => `${position}`, "CAST(NULL AS INTEGER)");
}
