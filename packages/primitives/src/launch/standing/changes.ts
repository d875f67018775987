/** Which keys differ between two JSON documents, and how. */
import type { JsonObject, JsonValue } from "@plumbline/ledger";

/** `before` is absent for a key that was added, `after` for one that was removed. A type, so that it can stand in an entry. */
export type DocumentChange = {
  /** `registration.guardrails[csat].threshold_relative`: entries of a list by their name where they have one. */
  readonly path: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
};

/** Every difference, in the order of paths. Empty exactly when the two have the same canonical JSON. */
export function documentChanges(before: JsonValue, after: JsonValue): readonly DocumentChange[] {
  return compare("", before, after);
}

function compare(path: string, before?: JsonValue, after?: JsonValue): DocumentChange[] {
  if (before === undefined) return after === undefined ? [] : [{ path, after }];
  if (after === undefined) return [{ path, before }];
  if (isList(before) && isList(after)) return compareLists(path, before, after);
  if (isMap(before) && isMap(after)) {
    const prefix = path === "" ? "" : `${path}.`;
    return keysOf(before, after).flatMap((key) =>
      compare(`${prefix}${key}`, own(before, key), own(after, key)),
    );
  }
  return Object.is(before, after) || before === after ? [] : [{ path, before, after }];
}

function compareLists(
  path: string,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): DocumentChange[] {
  const old = byName(before);
  const now = byName(after);
  if (old === null || now === null) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, at) => at).flatMap((at) =>
      compare(`${path}[${at}]`, before[at], after[at]),
    );
  }
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  const inside = names.flatMap((name) => compare(`${path}[${name}]`, old.get(name), now.get(name)));
  const order = (map: ReadonlyMap<string, JsonValue>) =>
    [...map.keys()].filter((name) => old.has(name) && now.has(name));
  const moved = order(old).join("\n") !== order(now).join("\n");
  return moved
    ? [...inside, { path: `${path} (order)`, before: [...old.keys()], after: [...now.keys()] }]
    : inside;
}

/** The entries of a list by their `name`; null unless each has one of its own. */
function byName(list: readonly JsonValue[]): ReadonlyMap<string, JsonValue> | null {
  const named = new Map<string, JsonValue>();
  for (const each of list) {
    const name = isMap(each) ? each.name : undefined;
    if (typeof name !== "string" || named.has(name)) return null;
    named.set(name, each);
  }
  return named;
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

const isMap = (value: JsonValue): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const own = (map: JsonObject, key: string) => (Object.hasOwn(map, key) ? map[key] : undefined);

const keysOf = (before: JsonObject, after: JsonObject) =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
