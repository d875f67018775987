/** The value, or a failed test where there is none. */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the test expected a value here");
  return value;
}
