/** Levenshtein distance, two rows. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

const LISTED = 30;

/** "Did you mean ...? The columns are: ...": a sentence for `mend`. */
export function suggestColumns(wanted: string, names: readonly string[]): string {
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const near = names
    .map((name) => ({ name, distance: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  const question = near[0] === undefined ? "" : `Did you mean ${near[0].name}? `;
  const rest = names.length > LISTED ? `, and ${names.length - LISTED} more` : "";
  return `${question}The columns are: ${names.slice(0, LISTED).join(", ")}${rest}.`;
}
