import type { Context, ReadSource } from "./context.js";
import { ROW } from "./expression.js";
import type { Pass } from "./pass.js";

/** Ids up to here, and as many groups, fit the arrays of the engines that have them. */
const DENSE_IDS = 2 ** 20;
/** The state of the widest reduction of a unit's rows, with its padding. */
const STATE_BYTES = 24;

/** Whether ids are compared as the whole numbers of the files. */
function wholeIds(context: Context, source: ReadSource): boolean {
  const { dialect } = context;
  const id = source.columns.find((column) => column.name === source.spec.unit);
  if (id === undefined || source.unit !== `${ROW}.${dialect.quote(id.name)}`) return false;
  return dialect.valueType(id.type).kind === "integer";
}

/** The size of the largest id where all are small whole numbers by the files' statistics, else null. */
export function denseIds(context: Context, source: ReadSource): number | null {
  const id = source.columns.find((column) => column.name === source.spec.unit);
  if (id?.largest === undefined || id.largest > DENSE_IDS) return null;
  return wholeIds(context, source) ? id.largest : null;
}

/**
 * At most this many bytes a thread, should the engine group the rows of these passes by array; 0 when
 * no pass is sure to gain. Ids may be negative; and large ones may lie so close together that the
 * engine takes arrays for them too.
 */
export function arrayBytes(
  context: Context,
  passes: readonly { readonly source: ReadSource; readonly pass: Pass }[],
): number {
  if (passes.every(({ source }) => denseIds(context, source) === null)) return 0;
  const sizes = passes.map(({ source, pass }) => {
    if (!wholeIds(context, source)) return 0;
    const ids = 2 * (denseIds(context, source) ?? DENSE_IDS) + 2;
    const groups = Math.min(DENSE_IDS, 2 ** Math.ceil(Math.log2(ids)));
    return groups * STATE_BYTES * (pass.names().length + 1);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
