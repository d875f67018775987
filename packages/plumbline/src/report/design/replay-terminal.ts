/** A replay as text: each series under each plan, and what the plans claimed in all. */
import pc from "picocolors";
import { formatCount, formatPercent } from "../format.js";
import { type Column, textTable, wrapSentence } from "./table.js";

type PlanName = "peeking" | "fixed" | "obrien_fleming" | "pocock" | "always_valid";

interface ShownStop {
  readonly time: number;
  readonly direction: "up" | "down";
}

interface ShownSummary {
  readonly plan: PlanName;
  readonly claims: number;
  readonly notAtEnd: number;
  readonly medianShareOfRun: number | null;
}

interface ShownReplay {
  readonly alpha: number;
  readonly experiments: number;
  readonly empty: number;
  readonly incomplete: number;
  readonly series: readonly {
    readonly experiment: string;
    readonly variant: string;
    readonly metric: string;
    readonly days: number;
    readonly stops: Readonly<Record<PlanName, ShownStop | null>>;
  }[];
  readonly total: readonly ShownSummary[];
  readonly metrics: readonly {
    readonly metric: string;
    readonly series: number;
    readonly plans: readonly ShownSummary[];
  }[];
}

const PLAN_WORDS: Readonly<Record<PlanName, string>> = {
  peeking: "naive peeking",
  fixed: "fixed, at the end",
  obrien_fleming: "O'Brien-Fleming type",
  pocock: "Pocock type",
  always_valid: "always valid",
};

const SHORT_WORDS: Readonly<Record<PlanName, string>> = {
  peeking: "peeking",
  fixed: "fixed",
  obrien_fleming: "OBF type",
  pocock: "Pocock type",
  always_valid: "always valid",
};

const right = (title: string): Column => ({ title, align: "right" });

const ARROWS = { up: "↑", down: "↓" } as const;

const stopText = (stop: ShownStop | null): string =>
  stop === null ? "–" : `${ARROWS[stop.direction]} day ${Number(stop.time.toFixed(1))}`;

function seriesTable(replay: ShownReplay, plans: readonly PlanName[], width: number): string[] {
  const columns = [
    { title: "experiment variant metric", align: "left" } as const,
    right("days"),
    ...plans.map((plan) => right(SHORT_WORDS[plan])),
  ];
  const rows = replay.series.map(({ experiment, variant, metric, days, stops }) => [
    `${experiment} variant ${variant} metric ${metric}`,
    String(Number(days.toFixed(1))),
    ...plans.map((plan) => stopText(stops[plan])),
  ]);
  return textTable(columns, rows, width);
}

function summaryTable(replay: ShownReplay, width: number): string[] {
  const columns = [
    { title: "plan", align: "left" } as const,
    right("claims"),
    right("gone at the end"),
    right("median stop"),
    ...replay.metrics.map(({ metric }) => right(`metric ${metric}`)),
  ];
  const rows = replay.total.map(({ plan, claims, notAtEnd, medianShareOfRun }) => [
    PLAN_WORDS[plan],
    formatCount(claims),
    formatCount(notAtEnd),
    medianShareOfRun === null ? "–" : `${formatPercent(medianShareOfRun)} of run`,
    ...replay.metrics.map(({ plans }) =>
      formatCount(plans.find((each) => each.plan === plan)?.claims ?? 0),
    ),
  ]);
  const all = [
    "all series",
    formatCount(replay.series.length),
    "",
    "",
    ...replay.metrics.map(({ series }) => formatCount(series)),
  ];
  return textTable(columns, [all, ...rows], width);
}

/** The replay as text of at most 100 columns, ending with a newline. */
export function renderReplay(
  replay: ShownReplay,
  summaryOnly: boolean,
  options: { readonly color: boolean; readonly width: number },
): string {
  const width = Math.min(100, Math.max(80, options.width));
  const paint = pc.createColors(options.color);
  const plans = replay.total.map(({ plan }) => plan);
  const claims = (plan: PlanName) => replay.total.find((each) => each.plan === plan);
  const peeking = claims("peeking");
  const fixed = claims("fixed");
  const told =
    peeking && fixed
      ? `Peeking would have claimed a difference in ${formatCount(peeking.claims)} of ${formatCount(replay.series.length)} series; at the end ${formatCount(fixed.claims)} show one, and ${formatCount(peeking.notAtEnd)} of the claims are gone.`
      : "";
  const left = [
    replay.incomplete > 0
      ? `${formatCount(replay.incomplete)} rows without a variance were left out`
      : "",
    replay.empty > 0 ? `${formatCount(replay.empty)} series had no other` : "",
  ].filter((text) => text !== "");
  const [heading = "", ...rows] = seriesTable(replay, plans, width);
  const [summaryHeading = "", ...summaryRows] = summaryTable(replay, width);
  const title = `${formatCount(replay.series.length)} series of ${formatCount(replay.experiments)} experiments, two-sided alpha ${replay.alpha}`;
  const sections = [
    summaryOnly ? [] : [paint.dim(heading), ...rows],
    [paint.bold(title), ...(left.length > 0 ? wrapSentence(`${left.join("; ")}.`, width) : [])],
    [paint.dim(summaryHeading), ...summaryRows],
    wrapSentence(told, width),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}
