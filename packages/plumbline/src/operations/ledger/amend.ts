import type { Finding, Standing } from "@plumbline/primitives";
import { z } from "zod";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { type AuditCounts, auditCounts, auditedDesign, recordedLines } from "./design-audit.js";
import { RegistrationError } from "./errors.js";
import { type MissingRole, roleLine, rolesOf, versionBody } from "./register.js";
import {
  type CurrentRegistration,
  loadRegistration,
  standingFrom,
  standingOf,
} from "./registration.js";
import { absolute, openWorkspace, type WritingSession, writing } from "./session.js";
import { lines, plainText, shown } from "./text.js";

const input = z.strictObject({
  registration: z.string().min(1),
  reason: z
    .string({ error: 'say why, with --reason "..."' })
    .trim()
    .min(10, "a reason takes at least ten characters; it stays visible for good")
    .max(2000, "a reason has at most 2000 characters"),
  json: z.boolean().default(false),
});

type AmendInput = z.output<typeof input>;
type Changes = NonNullable<Standing["changed"]>;

export interface AmendOutput {
  readonly experiment: string;
  readonly path: string;
  readonly seq: number;
  readonly document: string;
  readonly reason: string;
  readonly changes: Changes;
  readonly looksBefore: number;
  readonly roles: readonly MissingRole[];
  /** Warnings of `plumb check`. */
  readonly warnings: number;
  /** Findings of `plumb design audit`; errors refuse the amendment. */
  readonly audit: AuditCounts;
}

interface Amending {
  readonly current: CurrentRegistration;
  readonly findings: readonly Finding[];
  readonly reason: string;
  readonly at: string;
}

async function run(context: OperationContext, given: AmendInput): Promise<AmendOutput> {
  const file = absolute(context, given.registration);
  const surroundings = openWorkspace(file);
  const current = loadRegistration(surroundings.workspace, file);
  const findings = auditedDesign(surroundings.workspace, current);
  const at = context.now().toISOString();
  const { reason } = given;
  return writing(surroundings, (session) => append(session, { current, findings, reason, at }));
}

async function append(
  session: WritingSession,
  { current, findings, reason, at }: Amending,
): Promise<AmendOutput> {
  const { people, store } = session;
  const { experiment, document, path, content, warnings } = current;
  const before = await standingOf(session, experiment, content);
  const changes = assertAmendable(before);
  const previous = before.version?.document ?? null;
  const body = { ...versionBody(current, findings), reason, changes, previous_document: previous };
  let looksBefore = 0;
  const guard = (history: Parameters<typeof standingFrom>[1]) => {
    const now = standingFrom(experiment, history, people.keys, content);
    if (now.version?.seq !== before.version?.seq) throw meanwhile(experiment);
    looksBefore = now.looks.length;
  };
  const { seq } = await store.append({ type: "amended", at, subject: experiment, body }, { guard });
  const roles = rolesOf(session, content.required_roles);
  const recorded = { warnings: warnings.length, audit: auditCounts(findings) };
  return { experiment, path, seq, document, reason, changes, looksBefore, roles, ...recorded };
}

function assertAmendable({ experiment, version, changed }: Standing): Changes {
  if (version === null) {
    throw new RegistrationError(
      "NOT_REGISTERED",
      `${experiment} is not registered, so there is nothing to amend.`,
      "Register it with plumb register.",
    );
  }
  if (changed !== null && changed.length > 0) return changed;
  throw new RegistrationError(
    "NOTHING_CHANGED",
    `The files say exactly what was registered as entry ${version.seq}.`,
    "Change the registration first, then amend it.",
  );
}

function meanwhile(experiment: string): RegistrationError {
  return new RegistrationError(
    "CHANGED_MEANWHILE",
    `${experiment} was amended by somebody else at this very moment; nothing was written.`,
    "Read that amendment with plumb status, then amend again if it is still needed.",
  );
}

/** `path: old -> new`, one line each. */
export function changeLines(changes: Changes): string[] {
  return changes.map(
    ({ path, before, after }) => `  ${plainText(path)}: ${shown(before)} -> ${shown(after)}`,
  );
}

function render(output: AmendOutput, { json }: AmendInput): Rendered {
  if (json) {
    const document = { schema: "plumbline.amended/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const looks = output.looksBefore;
  const stdout = lines(
    `Amended ${output.experiment} as entry ${output.seq}, after ${looks} recorded look${looks === 1 ? "" : "s"}`,
    `sha256 ${output.document}`,
    `Reason: ${plainText(output.reason)}`,
    "Changed:",
    changeLines(output.changes),
    recordedLines(output.warnings, output.audit),
    "All signatures start again:",
    output.roles.map(roleLine),
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const amendOperation: OperationBody<AmendInput, AmendOutput> = { input, run, render };
