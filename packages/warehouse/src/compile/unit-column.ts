import type { ValueSpec } from "@plumbline/stats";
import type { Reading, UnitValue } from "./value.js";

const NARROW_MAX = 2n ** 63n - 1n;

/** The unit's scaled integer as a 64-bit column: checked, and with what a unit without rows gets. */
export function unitColumn(
  reading: Reading,
  spec: ValueSpec,
  value: UnitValue,
  alias: string,
): string {
  const { scope, failures } = reading;
  const sql = value.value(alias);
  const narrow = value.wide ? checked(sql) : sql;
  return spec.empty === "zero" ? `coalesce(${narrow}, 0)` : narrow;

  function checked(wide: string): string {
    const raise = failures.raise({
      code: "MOMENT_OVERFLOW",
      message: `The value of a unit for ${scope.subject.metric ?? "a metric"}, times 10^${spec.scale}, does not fit in 64 bits.`,
      mend: "Declare fewer decimal digits (scale) for this metric, or measure it in a larger unit.",
      subject: scope.subject,
    });
    const limits = `BETWEEN ${-NARROW_MAX} AND ${NARROW_MAX}`;
    return `CASE WHEN ${wide} NOT ${limits} THEN ${raise} ELSE CAST(${wide} AS ${scope.dialect.narrow}) END`;
  }
}
