import { signOff } from "@plumbline/ledger";
import type { SignedVersion, Standing } from "@plumbline/primitives";
import { z } from "zod";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { RegistrationError } from "./errors.js";
import { type SigningPerson, signingPerson } from "./own-keys.js";
import { type MissingRole, roleLine, rolesOf } from "./register.js";
import {
  type CurrentRegistration,
  holdersOf,
  loadRegistration,
  standingFrom,
  standingOf,
} from "./registration.js";
import {
  absolute,
  openWorkspace,
  type Surroundings,
  type WritingSession,
  writing,
} from "./session.js";
import { lines } from "./text.js";

const input = z.strictObject({
  registration: z.string().min(1),
  role: z.string({ error: "say for which role, e.g. --role pm" }).min(1),
  as: z.string().min(1).optional(),
  json: z.boolean().default(false),
});

type SignInput = z.output<typeof input>;

export interface SignOutput {
  readonly experiment: string;
  readonly person: string;
  readonly role: string;
  readonly seq: number;
  readonly document: string;
  readonly state: Standing["state"];
  readonly missing: readonly MissingRole[];
  /** The person counts already, for another role. */
  readonly uncounted: boolean;
}

async function run(context: OperationContext, given: SignInput): Promise<SignOutput> {
  const file = absolute(context, given.registration);
  const surroundings = openWorkspace(file);
  const current = loadRegistration(surroundings.workspace, file);
  const signing = signingPerson(surroundings.people, given.as, context.now(), context.keyDirectory);
  assertHolder(surroundings, given.role, signing.person);
  return writing(surroundings, (session) =>
    append(session, current, given.role, signing, context.now().toISOString()),
  );
}

async function append(
  session: WritingSession,
  current: CurrentRegistration,
  role: string,
  { person, signer }: SigningPerson,
  at: string,
): Promise<SignOutput> {
  const { people, store } = session;
  const { experiment } = current;
  const { document } = assertSignable(await standingOf(session, experiment, current.content), role);
  const body = signOff({ subject: experiment, document, role, person, at }, signer);
  // Looked at again while nobody else can append: an amendment or the same signature may have come in between.
  const guard = (history: Parameters<typeof standingFrom>[1]) => {
    const before = standingFrom(experiment, history, people.keys, current.content);
    assertStill(before, document);
    assertFirst(before, role, person);
  };
  const { seq } = await store.append({ type: "signed", at, subject: experiment, body }, { guard });
  return signedOutput(session, current, { role, person, document, seq });
}

/** How the registration stands after a signature, appended as entry `seq`. */
export async function signedOutput(
  session: WritingSession,
  { experiment, content }: CurrentRegistration,
  signed: Pick<SignOutput, "role" | "person" | "document" | "seq">,
): Promise<SignOutput> {
  const { version, state } = await standingOf(session, experiment, content);
  const missing = rolesOf(session, version?.missing ?? []);
  const uncounted = version?.uncounted.some((each) => each.seq === signed.seq) ?? false;
  return { experiment, ...signed, state, missing, uncounted };
}

/** The version in force, if it says what the file says and asks for the role. */
export function assertSignable(standing: Standing, role: string): SignedVersion {
  const { version, changed, experiment } = standing;
  if (version === null) {
    throw new RegistrationError(
      "NOT_REGISTERED",
      `${experiment} is not registered, so there is nothing to sign.`,
      "Register it with plumb register.",
    );
  }
  if (changed !== null && changed.length > 0) {
    throw new RegistrationError(
      "CHANGED_SINCE_REGISTRATION",
      `The files no longer say what was registered: ${changed.map(({ path }) => path).join(", ")}.`,
      'Undo the change, or make it one that everybody sees with plumb amend --reason "...".',
    );
  }
  if (version.content.required_roles.includes(role)) return version;
  throw new RegistrationError(
    "ROLE_NOT_REQUIRED",
    `${experiment} asks for no signature of the role "${role}".`,
    `Sign for one of: ${version.content.required_roles.join(", ")}.`,
  );
}

/** Throws `ROLE_NOT_HELD` where the workspace names other holders. */
export function assertHolder({ workspace }: Surroundings, role: string, person: string): void {
  const holders = holdersOf(workspace, role);
  if (holders === null || holders.includes(person)) return;
  throw new RegistrationError(
    "ROLE_NOT_HELD",
    `${person} does not hold the role "${role}" in plumbline.yaml.`,
    holders.length > 0
      ? `It is held by ${holders.join(", ")}.`
      : "Nobody holds it; name a holder under roles:.",
  );
}

function assertStill(before: Standing, document: string): void {
  if (before.version?.document === document) return;
  throw new RegistrationError(
    "CHANGED_MEANWHILE",
    `${before.experiment} was amended by somebody else at this very moment; nothing was signed.`,
    "Read the amendment with plumb status, then sign again.",
  );
}

/** Throws `ALREADY_SIGNED`. */
export function assertFirst(before: Standing, role: string, person: string): void {
  const own = [...(before.version?.counted ?? []), ...(before.version?.uncounted ?? [])];
  const earlier = own.find((each) => each.role === role && each.person === person);
  if (earlier === undefined) return;
  throw new RegistrationError(
    "ALREADY_SIGNED",
    `${person} signed this version as ${role} already (entry ${earlier.seq}).`,
    "Nothing is left to do; plumb status says who is missing.",
  );
}

function render(output: SignOutput, { json }: SignInput): Rendered {
  if (json) {
    const document = { schema: "plumbline.signed/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const stdout = lines(
    `Signed ${output.experiment} as ${output.role}: ${output.person}, entry ${output.seq}`,
    `sha256 ${output.document}`,
    output.uncounted
      ? [`${output.person} counts for another role already; one person counts once.`]
      : [],
    output.state === "locked"
      ? ["Locked: all signatures are there."]
      : ["Still missing:", ...output.missing.map(roleLine)],
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const signOperation: OperationBody<SignInput, SignOutput> = { input, run, render };
