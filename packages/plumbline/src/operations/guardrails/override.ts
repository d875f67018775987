import {
  canonicalJson,
  documentHash,
  isJsonObject,
  type JsonObject,
  type LedgerEntry,
  parseJson,
  signOff,
} from "@plumbline/ledger";
import type { OverrideReview, Standing, StandingOverride } from "@plumbline/primitives";
import { z } from "zod";
import { type Loaded, readDocument } from "../../documents/document.js";
import { DocumentsError } from "../documents-error.js";
import { RegistrationError } from "../ledger/errors.js";
import { type SigningPerson, signingPerson } from "../ledger/own-keys.js";
import { type MissingRole, roleLine, rolesOf } from "../ledger/register.js";
import { loadRegistration, standingFrom, standingOf } from "../ledger/registration.js";
import { absolute, openWorkspace, type WritingSession, writing } from "../ledger/session.js";
import { assertHolder } from "../ledger/sign.js";
import { lines, minute, plainText } from "../ledger/text.js";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { version } from "../version.js";
import { overridable } from "./overridable.js";

const input = z.strictObject({
  registration: z.string().min(1),
  review: z.string({ error: "name the review, e.g. --review reviews/csat.yaml" }).min(1),
  role: z.string({ error: "say for which role, e.g. --role pm" }).min(1),
  as: z.string().min(1).optional(),
  json: z.boolean().default(false),
});

type OverrideInput = z.output<typeof input>;

export interface OverrideOutput {
  readonly experiment: string;
  readonly checks: readonly string[];
  readonly person: string;
  readonly role: string;
  readonly seq: number;
  /** Hash of the review. */
  readonly document: string;
  readonly expires: string;
  /** When the last signature made it complete; null: some are missing. */
  readonly signed: { readonly seq: number; readonly at: string } | null;
  readonly missing: readonly MissingRole[];
}

interface Review {
  readonly value: OverrideReview;
  /** As written, without comments. */
  readonly content: JsonObject;
  readonly document: string;
}

async function run(context: OperationContext, given: OverrideInput): Promise<OverrideOutput> {
  const file = absolute(context, given.registration);
  const surroundings = openWorkspace(file);
  const { experiment } = loadRegistration(surroundings.workspace, file);
  const review = readReview(absolute(context, given.review));
  const now = context.now();
  assertFits(review.value, experiment, now);
  const signing = signingPerson(surroundings.people, given.as, now, context.keyDirectory);
  return writing(surroundings, (session) =>
    append(session, experiment, review, given.role, signing, now.toISOString()),
  );
}

function readReview(path: string): Review {
  const { document, problems } = readDocument(path);
  if (document === null) throw new DocumentsError(problems);
  if (document.kind !== "review") {
    throw new RegistrationError(
      "REVIEW_MISMATCH",
      `${path} is no override review.`,
      "Write kind: override_review; plumb schema override_review says what belongs in it.",
    );
  }
  const content = contentOf(document);
  return { value: document.value, content, document: documentHash(content) };
}

function contentOf({ yaml }: Loaded<"review">): JsonObject {
  const json = parseJson(canonicalJson(yaml.value ?? {}));
  return isJsonObject(json) ? json : {};
}

function assertFits(review: OverrideReview, experiment: string, now: Date): void {
  if (review.experiment_id !== experiment) {
    throw new RegistrationError(
      "REVIEW_MISMATCH",
      `The review is about ${review.experiment_id}, not about ${experiment}.`,
      "Give the registration that the review names.",
    );
  }
  if (Date.parse(review.expires) > now.getTime()) return;
  throw new RegistrationError(
    "REVIEW_EXPIRED",
    `The override would have expired on ${minute(review.expires)}.`,
    "Write a review of how things stand now, with an end that lies ahead.",
  );
}

async function append(
  session: WritingSession,
  experiment: string,
  review: Review,
  role: string,
  { person, signer }: SigningPerson,
  at: string,
): Promise<OverrideOutput> {
  const { store, people } = session;
  const { document, content, value } = review;
  const before = await standingOf(session, experiment, null);
  assertRole(before, value, role);
  if (before.version?.content.required_roles.includes(role)) assertHolder(session, role, person);
  await assertOverridable(session, before, value);
  const first = overrideOf(before, document) === null;
  assertUnsigned(before, document, role, person);
  const signature = signOff({ subject: experiment, document, role, person, at }, signer);
  const draft = first
    ? ({ type: "overridden", body: { ...signature, review: content, version } } as const)
    : ({ type: "signed", body: signature } as const);
  // Looked at again while nobody else can append: the same review may have been signed, or the registration amended.
  const guard = (history: readonly LedgerEntry[]) => {
    const now = standingFrom(experiment, history, people.keys, null);
    assertUnsigned(now, document, role, person);
    const begun = overrideOf(now, document) !== null;
    if (begun === first || now.version?.seq !== before.version?.seq) throw meanwhile(experiment);
  };
  const { seq } = await store.append({ ...draft, at, subject: experiment }, { guard });
  const after = overrideOf(await standingOf(session, experiment, null), document);
  return {
    experiment,
    checks: value.overrides,
    person,
    role,
    seq,
    document,
    expires: value.expires,
    signed: after?.signed ?? null,
    missing: rolesOf(session, after?.missing ?? []),
  };
}

const overrideOf = ({ overrides }: Standing, document: string): StandingOverride | null =>
  overrides.find((each) => each.document === document) ?? null;

function assertRole(
  { version: inForce, experiment }: Standing,
  review: OverrideReview,
  role: string,
) {
  if (inForce === null) {
    throw new RegistrationError(
      "NOT_REGISTERED",
      `${experiment} is not registered, so there is no rule to set aside.`,
      "Register it with plumb register.",
    );
  }
  const roles = [...new Set([...inForce.content.required_roles, ...(review.roles ?? [])])];
  if (roles.includes(role)) return;
  throw new RegistrationError(
    "ROLE_NOT_REQUIRED",
    `The review asks for no signature of the role "${role}".`,
    `Sign for one of: ${roles.join(", ")}.`,
  );
}

async function assertOverridable(
  session: WritingSession,
  standing: Standing,
  { overrides }: OverrideReview,
): Promise<void> {
  const open = await overridable(session, standing);
  const unknown = overrides.filter((id) => !open.includes(id));
  if (unknown.length === 0) return;
  throw new RegistrationError(
    "NOTHING_TO_OVERRIDE",
    `No recorded look or pause of ${standing.experiment} was held up by ${unknown.join(", ")}.`,
    open.length === 0
      ? "Only a guardrail or cohort that blocked a recorded look, or paused the run, can be overridden."
      : `What can be overridden: ${open.join(", ")}.`,
  );
}

function assertUnsigned(before: Standing, document: string, role: string, person: string): void {
  const signed = overrideOf(before, document)?.signatures ?? [];
  const earlier = signed.find((each) => each.role === role && each.person === person);
  if (earlier === undefined) return;
  throw new RegistrationError(
    "ALREADY_SIGNED",
    `${person} signed this review as ${role} already (entry ${earlier.seq}).`,
    "Nothing is left to do; plumb status says who is missing.",
  );
}

function meanwhile(experiment: string): RegistrationError {
  return new RegistrationError(
    "CHANGED_MEANWHILE",
    `Somebody else signed this review or amended ${experiment} at this very moment; nothing was written.`,
    "Sign again.",
  );
}

function render(output: OverrideOutput, { json }: OverrideInput): Rendered {
  if (json) {
    const document = { schema: "plumbline.override/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const { person, role, seq, signed, expires, missing, checks } = output;
  const stdout = lines(
    `Signed the override of ${plainText(checks.join(", "))} as ${role}: ${plainText(person)}, entry ${seq}`,
    `sha256 ${output.document}`,
    signed === null
      ? ["Not in force; still missing:", ...missing.map(roleLine)]
      : [
          `In force until ${minute(expires)}: all signatures are there.`,
          "No verdict changes; every later status and readout says that people set the rule aside.",
        ],
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const overrideOperation: OperationBody<OverrideInput, OverrideOutput> = {
  input,
  run,
  render,
};
