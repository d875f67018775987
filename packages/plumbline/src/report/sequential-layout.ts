/** Where the parts of a sequential plot stand: its axes, the boundary cut to them, labels that do not cover each other. */
import { apartDecimals, boundaryText, presentLook, twoSided, zText } from "./plan-words.js";
import type { ReadoutArmLook, ReadoutLook } from "./readout-plan-schema.js";
import type { Readout } from "./readout-schema.js";

export type SequentialForm = "wide" | "narrow";

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

const FRAMES: Readonly<Record<SequentialForm, Frame>> = {
  wide: { width: 880, height: 360, top: 48, right: 24, bottom: 48, left: 56 },
  narrow: { width: 358, height: 320, top: 48, right: 14, bottom: 46, left: 46 },
};

const LABEL_LINE = 16;
/** From the present look to what is written beside it. */
const LABEL_GAP = 12;
/** Most px that a letter of a label takes. */
const LETTER = 7.5;
const DIGIT = 8;
/** Early boundaries are often far out; the axis need not reach them. */
const FAR_Z = 5;
const NEAREST_TOP = 3.2;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Label {
  readonly text: string;
  /** In px. */
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "end";
  readonly kind: LabelKind;
}

type LabelKind = "z" | "boundary" | "futility";

interface Wanted {
  readonly kind: LabelKind;
  readonly text: string;
  readonly value: number;
}

export interface SequentialLayout {
  readonly frame: Frame;
  /** Upper end of the share axis; above 1 after an overrun. */
  readonly share: number;
  readonly lower: number;
  readonly upper: number;
  readonly sides: readonly (1 | -1)[];
  readonly px: (share: number) => number;
  readonly py: (z: number) => number;
}

export function layoutOf(
  readout: Readout,
  arm: ReadoutArmLook,
  form: SequentialForm,
): SequentialLayout {
  const sides = twoSided(readout) ? ([1, -1] as const) : ([1] as const);
  const seen = arm.looks.flatMap(({ z }) => (z === null ? [] : [z]));
  const critical = arm.looks.map((look) => look.critical_value);
  const farthest = Math.min(Math.max(...critical), Math.max(FAR_Z, 1.4 * Math.min(...critical)));
  const low = Math.min(0, arm.futility_bound ?? 0, ...seen);
  const reach = Math.max(farthest, 1.1 * Math.max(...seen, 0), NEAREST_TOP);
  const upper = 1.08 * (sides.length === 2 ? Math.max(reach, -1.1 * low) : reach);
  const lower = sides.length === 2 ? -upper : Math.min(-0.5, 1.2 * low);
  const share = Math.max(1, ...arm.looks.map(({ fraction }) => fraction)) * 1.02;
  const frame = withRoom(FRAMES[form], wantedLabels(readout, arm, form), arm, share);
  const across = frame.width - frame.left - frame.right;
  const down = frame.height - frame.top - frame.bottom;
  return {
    frame,
    share,
    lower,
    upper,
    sides,
    px: (value) => frame.left + (value / share) * across,
    py: (z) => frame.top + ((upper - z) / (upper - lower)) * down,
  };
}

/** The right margin grows where what is written beside the last looks would not fit. */
function withRoom(
  frame: Frame,
  labels: readonly Wanted[],
  arm: ReadoutArmLook,
  share: number,
): Frame {
  const now = presentLook(arm)?.fraction ?? 0;
  if (now <= 0) return frame;
  const longest = Math.max(0, ...labels.map(({ text }) => text.length));
  const space = frame.width - frame.left;
  const needed = space - ((space - LABEL_GAP - LETTER * longest) * share) / now;
  return { ...frame, right: Math.max(frame.right, needed) };
}

/** Positive boundary through the looks, cut where it leaves the axis. */
export function cutBoundary(looks: readonly ReadoutLook[], upper: number): Point[] {
  return looks.flatMap((look, at) => {
    const here = { x: look.fraction, y: look.critical_value };
    if (here.y <= upper) return [here];
    const next = looks[at + 1];
    if (next === undefined || next.critical_value > upper) return [];
    const part = (here.y - upper) / (here.y - next.critical_value);
    return [{ x: here.x + part * (next.fraction - here.x), y: upper }];
  });
}

/** The boundary up to the last look that is not to come, and from there on. */
export function boundaryParts(
  looks: readonly ReadoutLook[],
  upper: number,
): { readonly past: Point[]; readonly future: Point[] } {
  const coming = looks.findIndex(({ state }) => state === "to_come");
  if (coming === -1) return { past: cutBoundary(looks, upper), future: [] };
  return {
    past: cutBoundary(looks.slice(0, coming), upper),
    future: cutBoundary(looks.slice(Math.max(0, coming - 1)), upper),
  };
}

/** Days to write above the looks: the present one, the ends, and of the others those with room. */
export function shownDays(looks: readonly ReadoutLook[], layout: SequentialLayout): ReadoutLook[] {
  const rank = (look: ReadoutLook) =>
    look.state === "now" ? 0 : look === looks.at(-1) ? 1 : look === looks[0] ? 2 : 3;
  const wanted = looks.filter(({ day }) => day !== null).sort((a, b) => rank(a) - rank(b));
  const kept: ReadoutLook[] = [];
  const room = (a: ReadoutLook, b: ReadoutLook) =>
    Math.abs(layout.px(a.fraction) - layout.px(b.fraction)) >=
    (DIGIT * (String(a.day).length + String(b.day).length)) / 2 + 4;
  for (const look of wanted) if (kept.every((other) => room(look, other))) kept.push(look);
  return kept;
}

/** The boundary nearest to z, z itself, and the futility bound. */
function wantedLabels(readout: Readout, arm: ReadoutArmLook, form: SequentialForm): Wanted[] {
  const now = presentLook(arm);
  if (now === null) return [];
  const z = readout.effects_evaluable ? now.z : null;
  const both = twoSided(readout);
  const side = z !== null && z < 0 && both ? -1 : 1;
  const decimals = apartDecimals(z, now.critical_value);
  const limit = boundaryText(now.critical_value, both, decimals);
  const bound = arm.futility_bound;
  const word = form === "wide" ? "boundary " : "";
  return [
    { kind: "boundary", value: side * now.critical_value, text: `${word}${limit}` },
    ...(z === null ? [] : [{ kind: "z", value: z, text: `z ${zText(z, decimals)}` } as const]),
    ...(bound === null
      ? []
      : [{ kind: "futility", value: bound, text: `futility ${zText(bound)}` } as const]),
  ];
}

/** Positive boundary at a share: between two looks on the line that is drawn, beyond them that of the nearest. */
function boundaryAtShare(looks: readonly ReadoutLook[], share: number): number {
  const at = looks.findIndex(({ fraction }) => fraction >= share);
  const after = looks[at] ?? looks.at(-1);
  const before = at > 0 ? looks[at - 1] : undefined;
  if (after === undefined) return 0;
  if (before === undefined) return after.critical_value;
  const part = (share - before.fraction) / (after.fraction - before.fraction);
  return before.critical_value + part * (after.critical_value - before.critical_value);
}

/** What is written beside the present look, pushed apart; the boundary's label off the line that leaves its look. */
export function presentLabels(
  readout: Readout,
  arm: ReadoutArmLook,
  form: SequentialForm,
  layout: SequentialLayout,
): Label[] {
  const { frame, px, py, lower, upper } = layout;
  const now = presentLook(arm);
  if (now === null) return [];
  const x = px(now.fraction);
  const crossed = now.z !== null && Math.abs(now.z) >= now.critical_value;
  const labels = wantedLabels(readout, arm, form).map(({ kind, text, value }): Label => {
    const y = py(Math.max(lower, Math.min(upper, value)));
    const outward = value < 0 ? 1 : -1;
    if (kind !== "boundary") {
      const clear = kind === "z" && !crossed ? insideOf(arm, layout, x, text, -outward) : y;
      const inside = outward === 1 ? Math.min(y, clear) : Math.max(y, clear);
      return { kind, text, x: x + LABEL_GAP, y: inside, anchor: "start" };
    }
    // Beyond the boundary stands z, so the label goes to the inside, where the line has not come from.
    return crossed && x - frame.left > LETTER * text.length + LABEL_GAP
      ? { kind, text, x: x - LABEL_GAP, y: y - outward * 12, anchor: "end" }
      : { kind, text, x: x + LABEL_GAP, y: y + outward * 9, anchor: "start" };
  });
  const [first, last] = [frame.top + LABEL_LINE / 2, frame.height - frame.bottom - 4];
  const beside = (anchor: Label["anchor"]) => labels.filter((label) => label.anchor === anchor);
  return [...pushedApart(beside("start"), first, last), ...beside("end")];
}

/** The y nearest to the boundary at which a label right of `x` does not touch the line that goes on there. */
function insideOf(
  { looks }: ReadoutArmLook,
  { frame, share, px, py }: SequentialLayout,
  x: number,
  text: string,
  inward: number,
): number {
  const across = px(share) - frame.left;
  const end = ((x + LABEL_GAP + LETTER * text.length - frame.left) / across) * share;
  return py(inward * boundaryAtShare(looks, end)) + inward * 9;
}

function pushedApart(labels: readonly Label[], first: number, last: number): Label[] {
  let above = first - LABEL_LINE;
  const down = [...labels]
    .sort((a, b) => a.y - b.y)
    .map((label) => {
      above = Math.max(label.y, above + LABEL_LINE);
      return { ...label, y: above };
    });
  let below = last + LABEL_LINE;
  return down
    .reverse()
    .map((label) => {
      below = Math.min(label.y, below - LABEL_LINE);
      return { ...label, y: below };
    })
    .reverse();
}
