// With the flag u a category matches code points, so a complete pair is one character outside Cs and only halves match.
const surrogate = /\p{Cs}/u;

/** False when the text holds half of a surrogate pair, which has no UTF-8 form. */
export function isWellFormed(text: string): boolean {
  return !surrogate.test(text);
}
