/** A verdict as icon and word; the colour says nothing that they do not. */
import { VERDICT_ICONS, VERDICT_WORDS } from "plumbline/view";

const isVerdict = (word: string): word is keyof typeof VERDICT_WORDS => word in VERDICT_WORDS;

export function Verdict({ word }: { readonly word: string | null }) {
  if (word === null) return <span className="muted">– none yet</span>;
  if (!isVerdict(word)) return <span>{word}</span>;
  return (
    <strong className={`tone-${word} nowrap`}>
      <span aria-hidden="true">{VERDICT_ICONS[word]}</span> {VERDICT_WORDS[word]}
    </strong>
  );
}
