/** The states of scheduled work as people read them: a sign and a word, never a colour alone. */
import type { Work } from "../api/queries.js";

export const WORK_WORDS: Readonly<
  Record<Work["state"], { readonly icon: string; readonly text: string }>
> = {
  waiting: { icon: "○", text: "planned" },
  running: { icon: "◐", text: "under way" },
  done: { icon: "✓", text: "done" },
  failed: { icon: "✕", text: "given up" },
  dropped: { icon: "–", text: "not needed" },
};
