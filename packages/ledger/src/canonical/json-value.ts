/** What JSON can say: the only values that enter a hash. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonObject = { readonly [key: string]: JsonValue };

/** Deeper nesting is refused on both sides, so no document can exhaust the stack of a verifier. */
export const maximumDepth = 128;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
