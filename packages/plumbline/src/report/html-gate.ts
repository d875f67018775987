/** The gate as a list in its order, with the place where the path stops. */
import { formatMetricValue, formatPercent, formatPValue, formatShare } from "./format.js";
import { html, type Markup, prose } from "./markup.js";
import { nominalText } from "./plan-words.js";
import type { Readout, ReadoutArm, ReadoutCheck } from "./readout-schema.js";
import { checkWords, STATUS_ICONS, severalTreatments, shownStatus } from "./rows.js";
import { VERDICT_ICONS, VERDICT_WORDS } from "./words.js";

const KINDS: Readonly<Record<ReadoutCheck["kind"], string>> = {
  quality: "Data quality",
  primary: "Primary metric",
  guardrail: "Guardrails",
  cohort: "Cohorts",
  registration: "Registration",
};

export function gateSection(readout: Readout): Markup {
  const several = severalTreatments(readout);
  const arms = readout.arms.filter((arm) => arm.role === "treatment");
  return html`<section aria-labelledby="gate"><h2 id="gate">Gate</h2>
<p class="lead">Checks in the registered order. The first one that blocks is where the path stops.</p>
${arms.map((arm) => armGate(readout, arm, several))}</section>`;
}

function armGate(readout: Readout, arm: ReadoutArm, several: boolean): Markup {
  const checks = readout.checks.filter(
    (check) => check.treatment === null || check.treatment === arm.name,
  );
  const stop = checks.findIndex((check) => check.id === arm.stopped_at);
  const end = arm.verdict ?? readout.verdict;
  let kind: ReadoutCheck["kind"] | null = null;
  const items = checks.map((check, index) => {
    const opens = check.kind !== kind;
    kind = check.kind;
    const passed = stop >= 0 && index > stop;
    return html`${opens ? html`<li class="kind">${KINDS[check.kind]}</li>` : null}${checkItem(readout, check, passed)}${
      index === stop ? stopItem(end, index < checks.length - 1) : null
    }`;
  });
  const last = html`<li class="end tone-${end}"><span class="badge" aria-hidden="true">${VERDICT_ICONS[end]}</span>${VERDICT_WORDS[end]}</li>`;
  return html`${several ? html`<h3>${arm.name}: ${VERDICT_WORDS[end]}</h3>` : null}
<ol class="gate">${items}${stop < 0 ? last : null}</ol>`;
}

function stopItem(end: Readout["verdict"], more: boolean): Markup {
  const rest = more ? " What follows was evaluated for the record." : "";
  return html`<li class="stop tone-${end}"><span class="badge" aria-hidden="true">${VERDICT_ICONS[end]}</span>The path stops here: ${VERDICT_WORDS[end]}.${rest}</li>`;
}

function checkItem(readout: Readout, check: ReadoutCheck, passed: boolean): Markup {
  const status = shownStatus(readout, check);
  const hidden = status !== check.status;
  const sentence = hidden ? check.id : check.sentence;
  const words = checkWords(readout, check);
  const figures = hidden ? "" : checkFigures(check);
  const label = html`<span class="word">${words}</span>`;
  return html`<li class="${status}${passed ? " after" : ""}" data-check="${check.id}"><span class="badge" aria-hidden="true">${STATUS_ICONS[status]}</span>${label} <span class="sentence">${prose(sentence)}</span>${
    figures === "" ? null : html`<span class="figures">${prose(figures)}</span>`
  }</li>`;
}

/** What the sentence leaves out: limit, level and power. */
function checkFigures(check: ReadoutCheck): string {
  const { threshold, scale, unit, power_at_threshold: power } = check;
  const beyond = check.probability_beyond_threshold;
  const sign = scale === "absolute" && threshold !== null && threshold > 0 ? "+" : "";
  const value = (size: number) =>
    scale === "relative"
      ? formatPercent(size, { plus: true })
      : sign + formatMetricValue(size, unit);
  const primary = check.kind === "primary";
  const held = primary ? "smallest worthwhile" : "limit";
  const seen = primary
    ? "power to see an effect of that size"
    : "power against a harm of exactly the limit";
  const parts = [
    threshold === null ? "" : `${held} ${value(threshold)}`,
    check.p_value === null ? "" : formatPValue(check.p_value, check.p_value_is_bound),
    check.alpha === null || check.code === "primary_not_a_look"
      ? ""
      : `held against ${nominalText(check.alpha)}`,
    power === null ? "" : `${seen} ${formatShare(power)}`,
    beyond === null ? "" : `probability of harm past the limit ${formatShare(beyond)}`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
