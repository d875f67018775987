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

function sizingOf(
  registration: Registration,
  study: Study | null,
  library: MetricLibrary | null,
): SizingReport | null {
  if (study === null) return null;
  try {
    return sizeRegistration({ registration, study, library });
  } catch (error) {
    if (error instanceof StatsError) return null;
    throw error;
  }
}

/**
 * Judges a registration. `study` is null when its documents have errors, `library` when it stands alone: what cannot
 * be judged without them is left out. Errors come first, then warnings, then notes.
 */
export function auditRegistration(
  registration: Registration,
  study: Study | null,
  library: MetricLibrary | null,
): readonly Finding[] {
  const sizing = sizingOf(registration, study, library);
  const context: AuditContext = { registration, study, library, sizing };
  const findings = RULES.flatMap((rule) => rule(context));
  return SEVERITIES.flatMap((severity) => findings.filter((each) => each.severity === severity));
}
