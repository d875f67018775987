import { documentHash, type JsonObject, type LedgerEntry, signOff } from "@plumbline/ledger";
import { COHORT_CHOICE_WORDS, COHORT_CHOICES, type CohortChoice } from "@plumbline/primitives";
import { z } from "zod";
import { RegistrationError } from "../ledger/errors.js";
import { type SigningPerson, signingPerson } from "../ledger/own-keys.js";
import { loadRegistration, standingOf } from "../ledger/registration.js";
import {
  absolute,
  openWorkspace,
  readable,
  storedEntries,
  type WritingSession,
  writing,
} from "../ledger/session.js";
import { assertHolder } from "../ledger/sign.js";
import { lines, plainText } from "../ledger/text.js";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { version } from "../version.js";
import { type StoppedLook, stoppedLook } from "./stopped-look.js";

/** Shorter than this nobody has explained anything. */
const LEAST_REASON = 20;

const input = z.strictObject({
  registration: z.string().min(1),
  choice: z.enum(COHORT_CHOICES, {
    error: `say which way: --choice ${COHORT_CHOICES.join(", ")}`,
  }),
  reason: z
    .string({ error: 'say why, e.g. --reason "..."' })
    .refine(
      (given) => given.trim().length >= LEAST_REASON,
      `say why in a sentence of at least ${LEAST_REASON} characters`,
    ),
  without: z.string().min(1).optional(),
  role: z.string({ error: "say for which role, e.g. --role pm" }).min(1),
  as: z.string().min(1).optional(),
  json: z.boolean().default(false),
});

type DecideInput = z.output<typeof input>;

export interface CohortDecisionOutput {
  readonly experiment: string;
  readonly choice: CohortChoice;
  readonly reason: string;
  readonly without: readonly string[];
  /** Entry of the look that it follows, and the checks that stopped it. */
  readonly look: number;
  readonly checks: readonly string[];
  readonly person: string;
  readonly role: string;
  readonly seq: number;
  readonly document: string;
}

async function run(context: OperationContext, given: DecideInput): Promise<CohortDecisionOutput> {
  const file = absolute(context, given.registration);
  const surroundings = openWorkspace(file);
  const { experiment } = loadRegistration(surroundings.workspace, file);
  const now = context.now();
  const signing = signingPerson(surroundings.people, given.as, now, context.keyDirectory);
  return writing(surroundings, (session) =>
    append(session, experiment, given, signing, now.toISOString()),
  );
}

async function append(
  session: WritingSession,
  experiment: string,
  given: DecideInput,
  { person, signer }: SigningPerson,
  at: string,
): Promise<CohortDecisionOutput> {
  const { choice, role } = given;
  await assertRole(session, experiment, role, person);
  const look = assertStopped(
    stoppedLook(readable(await storedEntries(session, experiment))),
    experiment,
  );
  const reason = given.reason.trim();
  const without = withoutOf(given, look);
  const { checks } = look;
  const decision: JsonObject = {
    experiment_id: experiment,
    look: look.seq,
    checks,
    choice,
    reason,
    without,
  };
  const document = documentHash(decision);
  const signature = signOff({ subject: experiment, document, role, person, at }, signer);
  // Looked at again while nobody else can append: a later look may have found something else.
  const guard = (history: readonly LedgerEntry[]) => {
    if (stoppedLook(history)?.seq !== look.seq) throw meanwhile(experiment);
  };
  const body = { ...signature, decision, version };
  const { seq } = await session.store.append(
    { type: "decided", body, at, subject: experiment },
    { guard },
  );
  return {
    experiment,
    choice,
    reason,
    without,
    look: look.seq,
    checks,
    person,
    role,
    seq,
    document,
  };
}

async function assertRole(
  session: WritingSession,
  experiment: string,
  role: string,
  person: string,
): Promise<void> {
  const { version: inForce } = await standingOf(session, experiment, null);
  if (inForce === null) {
    throw new RegistrationError(
      "NOT_REGISTERED",
      `${experiment} is not registered, so no verdict of it binds anybody.`,
      "Register it with plumb register.",
    );
  }
  const { required_roles: roles } = inForce.content;
  if (!roles.includes(role)) {
    throw new RegistrationError(
      "ROLE_NOT_REQUIRED",
      `The role "${role}" has no say in ${experiment}.`,
      `Decide for one of: ${roles.join(", ")}.`,
    );
  }
  assertHolder(session, role, person);
}

function assertStopped(look: StoppedLook | null, experiment: string): StoppedLook {
  if (look !== null) return look;
  throw new RegistrationError(
    "NOTHING_TO_DECIDE",
    `The newest recorded look of ${experiment} was not stopped by a cohort.`,
    "Read the experiment with plumb readout first; only after a stop by a cohort or a fairness rule is there such a choice.",
  );
}

/** The cohorts left out: all that are in breach, and only declared ones. */
function withoutOf({ choice, without }: DecideInput, look: StoppedLook): string[] {
  const named = [...new Set((without ?? "").split(",").map((each) => each.trim()))].filter(
    (each) => each !== "",
  );
  if (choice !== "restricted_launch") {
    if (named.length === 0) return [];
    throw incomplete(
      `${choice} leaves no cohort out, but --without names ${named.join(", ")}.`,
      "Leave --without out, or choose restricted_launch.",
    );
  }
  const unknown = named.filter((each) => !look.declared.includes(each));
  if (unknown.length > 0) {
    throw incomplete(
      `${unknown.join(", ")} is no declared cohort of the look of entry ${look.seq}.`,
      `Declared are: ${look.declared.join(", ")}.`,
    );
  }
  const left = look.harmed.filter((each) => !named.includes(each));
  if (named.length > 0 && left.length === 0) return named;
  throw incomplete(
    left.length > 0
      ? `A restricted launch would still reach ${left.join(", ")}, where harm was shown.`
      : "A restricted launch says whom it leaves out.",
    `Name every cohort left out, e.g. --without ${(left.length > 0 ? look.harmed : look.declared.slice(0, 1)).join(",")}.`,
  );
}

const incomplete = (message: string, mend: string) =>
  new RegistrationError("DECISION_INCOMPLETE", message, mend);

const meanwhile = (experiment: string) =>
  new RegistrationError(
    "CHANGED_MEANWHILE",
    `Another look of ${experiment} was recorded at this very moment; nothing was written.`,
    "Read it with plumb readout, then decide.",
  );

function render(output: CohortDecisionOutput, { json }: DecideInput): Rendered {
  if (json) {
    const document = { schema: "plumbline.cohort_decision/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const { choice, without, look, checks, person, role, seq } = output;
  const cohorts = without.length === 0 ? "" : `: ${without.join(", ")}`;
  const stdout = lines(
    plainText(`Decided after the look of entry ${look}: ${COHORT_CHOICE_WORDS[choice]}${cohorts}`),
    `Stopped by ${plainText(checks.join(", "))}`,
    `Signed as ${role}: ${plainText(person)}, entry ${seq}`,
    `sha256 ${output.document}`,
    "The verdict stands; every later status and readout repeats the decision.",
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const decideCohortsOperation: OperationBody<DecideInput, CohortDecisionOutput> = {
  input,
  run,
  render,
};
