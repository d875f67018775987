/** The design audit at registration: errors keep a design out of the ledger, the rest is recorded with it. */
import { relative } from "node:path";
import { auditRegistration, type Finding } from "@plumbline/primitives";
import type { Workspace } from "../../documents/workspace.js";
import { RegistrationError } from "./errors.js";
import type { CurrentRegistration } from "./registration.js";
import { plainText } from "./text.js";

export interface AuditCounts {
  readonly warnings: number;
  readonly notes: number;
}

/**
 * Every finding on a design that has no error. Throws `DESIGN_REFUSED` with each error: its place, code, sentence and mend.
 */
export function auditedDesign(
  workspace: Workspace,
  { experiment, study, registration }: CurrentRegistration,
): readonly Finding[] {
  const findings = auditRegistration(registration.value, study, workspace.library);
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return findings;
  const reasons = errors.map(({ code, path, sentence, mend }) => {
    const { file, line, column } = registration.yaml.locate([...path]);
    const place = `${relative(workspace.root, file)}:${line}:${column}`;
    return plainText(`${place}  ${code}  ${sentence}  ${mend}`);
  });
  const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
  throw RegistrationError.listing(
    "DESIGN_REFUSED",
    `The design of ${experiment} has ${count}; nothing was written.`,
    reasons,
    "Mend what is listed; plumb design audit shows every finding.",
  );
}

export function auditCounts(findings: readonly Finding[]): AuditCounts {
  const count = (wanted: Finding["severity"]) =>
    findings.filter(({ severity }) => severity === wanted).length;
  return { warnings: count("warning"), notes: count("note") };
}

/** What was recorded beside the registration, in lines; what was not found is not mentioned. */
export function recordedLines(warnings: number, audit: AuditCounts): string[] {
  const some = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}`]);
  const found = [
    ...some(audit.warnings, `warning${audit.warnings === 1 ? "" : "s"}`),
    ...some(audit.notes, `note${audit.notes === 1 ? "" : "s"}`),
  ];
  return [
    ...(found.length === 0
      ? []
      : [`${found.join(" and ")} of plumb design audit recorded with it`]),
    ...some(warnings, `warning${warnings === 1 ? "" : "s"} of plumb check recorded with it`),
  ];
}
