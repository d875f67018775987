/** How operations of the ledger write for a terminal. */

/** Text from documents and entries may hold anything; a terminal shall not obey it. */
export const plainText = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\uFFFD");

/** One value of a document, short enough for a line. */
export function shown(value: unknown): string {
  if (value === undefined) return "(absent)";
  const text = JSON.stringify(value) ?? "(absent)";
  return plainText(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

/** Minutes are enough for people; the entry has the milliseconds. */
export const minute = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

export function lines(...text: readonly (string | readonly string[])[]): string {
  return `${text.flat().join("\n")}\n`;
}

export const entryCount = (count: number): string => (count === 1 ? "1 entry" : `${count} entries`);
