import type { Finding } from "@plumbline/primitives";
import { z } from "zod";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { version } from "../version.js";
import { type AuditCounts, auditCounts, auditedDesign, recordedLines } from "./design-audit.js";
import { RegistrationError } from "./errors.js";
import {
  type CurrentRegistration,
  holdersOf,
  loadRegistration,
  standingFrom,
} from "./registration.js";
import { absolute, openWorkspace, type Session, type WritingSession, writing } from "./session.js";
import { lines } from "./text.js";

const input = z.strictObject({
  registration: z.string().min(1),
  json: z.boolean().default(false),
});

type RegisterInput = z.output<typeof input>;

export interface MissingRole {
  readonly role: string;
  /** Null: the workspace names nobody for the role. */
  readonly holders: readonly string[] | null;
}

export interface RegisterOutput {
  readonly experiment: string;
  readonly path: string;
  readonly seq: number;
  readonly document: string;
  readonly roles: readonly MissingRole[];
  /** Warnings of `plumb check`. */
  readonly warnings: number;
  /** Findings of `plumb design audit`; errors refuse the registration. */
  readonly audit: AuditCounts;
}

/** The body of an entry that begins a version of a registration. */
export function versionBody(current: CurrentRegistration, findings: readonly Finding[]) {
  const { document, content, path, study, warnings } = current;
  return {
    document,
    content,
    path,
    // Every default in force, with its origin: what was not chosen stands in the ledger as well.
    parameters: study.parameters.map(({ name, value, unit, origin, note }) => {
      return { name, value, unit, origin, note };
    }),
    warnings: warnings.map(({ code, message }) => ({ code, message })),
    audit: findings.map(({ code, severity, sentence }) => ({ code, severity, message: sentence })),
    version,
  };
}

export function rolesOf({ workspace }: Session, roles: readonly string[]): MissingRole[] {
  return roles.map((role) => ({ role, holders: holdersOf(workspace, role) }));
}

async function run(
  context: OperationContext,
  { registration }: RegisterInput,
): Promise<RegisterOutput> {
  const file = absolute(context, registration);
  const surroundings = openWorkspace(file);
  const current = loadRegistration(surroundings.workspace, file);
  const findings = auditedDesign(surroundings.workspace, current);
  return writing(surroundings, (session) => append(session, current, findings, context.now()), {
    create: true,
  });
}

async function append(
  session: WritingSession,
  current: CurrentRegistration,
  findings: readonly Finding[],
  now: Date,
): Promise<RegisterOutput> {
  const { experiment, document, path, content, warnings } = current;
  const body = versionBody(current, findings);
  const draft = { type: "registered", at: now.toISOString(), subject: experiment, body } as const;
  const entry = await session.store.append(draft, {
    guard: (history) => {
      const { version: known } = standingFrom(experiment, history, [], null);
      if (known === null) return;
      throw alreadyRegistered(experiment, known.seq, known.document === document);
    },
  });
  const roles = rolesOf(session, content.required_roles);
  const audit = auditCounts(findings);
  return { experiment, path, seq: entry.seq, document, roles, warnings: warnings.length, audit };
}

function alreadyRegistered(experiment: string, seq: number, same: boolean): RegistrationError {
  return new RegistrationError(
    "ALREADY_REGISTERED",
    `${experiment} is registered, as entry ${seq}, ${same ? "just as it stands" : "with another content"}.`,
    same
      ? "Have it signed with plumb sign; plumb status says who is missing."
      : 'Change a registration with plumb amend --reason "...", or give a new experiment an id of its own.',
  );
}

export function roleLine({ role, holders }: MissingRole): string {
  if (holders === null) return `  ${role}`;
  return `  ${role} (${holders.length > 0 ? holders.join(", ") : "nobody holds this role in plumbline.yaml"})`;
}

function render(output: RegisterOutput, { json }: RegisterInput): Rendered {
  if (json) {
    const document = { schema: "plumbline.registered/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const stdout = lines(
    `Registered ${output.experiment} as entry ${output.seq}`,
    `sha256 ${output.document}`,
    recordedLines(output.warnings, output.audit),
    "To be signed by:",
    output.roles.map(roleLine),
    `Next: plumb sign ${output.path} --role ${output.roles[0]?.role ?? "ROLE"} --as NAME`,
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const registerOperation: OperationBody<RegisterInput, RegisterOutput> = {
  input,
  run,
  render,
};
