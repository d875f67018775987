/** `plumb design audit`: a registration judged before anybody is exposed. Pure; the order of findings is stable. */
import { StatsError } from "@plumbline/stats";
import type { Study } from "../../shared/vocabulary.js";
import type { MetricLibrary } from "../metrics.js";
import type { Registration } from "../registration.js";
import { type SizingReport, sizeRegistration } from "../sizing/size.js";
import type { AuditContext, Finding, FindingSeverity, Rule } from "./finding.js";
import {
  correctionFindings,
  guardrailCountFindings,
  guardrailPowerFindings,
  patternFindings,
} from "./guardrail-rules.js";
import { levelFindings, runtimeFindings } from "./plan-rules.js";
import { cohortFindings, sizeFindings } from "./size-rules.js";
import { analysisUnitFindings, randomizationFindings, testFindings } from "./unit-rules.js";

/** The table of rules; a new judgment is a new row. */
const RULES: readonly Rule[] = [
  sizeFindings,
  cohortFindings,
  levelFindings,
  runtimeFindings,
  randomizationFindings,
  analysisUnitFindings,
  testFindings,
  guardrailPowerFindings,
  guardrailCountFindings,
  correctionFindings,
  patternFindings,
];

const SEVERITIES: readonly FindingSeverity[] = ["error", "warning", "note"];

/** Figures that no statistic can answer for are a finding, not a failure of the audit. */
function impossible(error: unknown): Finding {
  if (!(error instanceof StatsError)) throw error;
  return {
    code: "FIGURES_IMPOSSIBLE",
    severity: "error",
    path: [],
    sentence: error.message,
    mend: error.mend,
    numbers: {},
  };
}

function attempt<Value>(compute: () => Value, findings: Finding[]): Value | null {
  try {
    return compute();
  } catch (error) {
    const finding = impossible(error);
    if (!findings.some(({ sentence }) => sentence === finding.sentence)) findings.push(finding);
    return null;
  }
}

/**
 * Judges a registration. `study` is null when its documents have errors, `library` when it stands alone: what cannot
 * be judged without them is left out. `sized`: its sizes, where they are known already. Errors come first, then warnings, then notes.
 */
export function auditRegistration(
  registration: Registration,
  study: Study | null,
  library: MetricLibrary | null,
  sized: SizingReport | null = null,
): readonly Finding[] {
  const failures: Finding[] = [];
  const size = (known: Study): SizingReport =>
    sized ?? sizeRegistration({ registration, study: known, library });
  const sizing = study === null ? null : attempt(() => size(study), failures);
  const context: AuditContext = { registration, study, library, sizing };
  const judged = RULES.flatMap((rule) => attempt(() => rule(context), failures) ?? []);
  const findings = [...failures, ...judged];
  return SEVERITIES.flatMap((severity) => findings.filter((each) => each.severity === severity));
}
