/** API tokens: what one may carry, and what is shown of it. */
import { z } from "zod";
import { RegistrationError } from "../operations/ledger/errors.js";
import { readPeople } from "../operations/ledger/people.js";
import { type Claims, type Credential, isUsable } from "../state/credentials.js";
import { SERVER_ROLES } from "./access.js";

export const tokenInput = z.strictObject({
  name: z
    .string({ error: "say what it is for, e.g. --name ci" })
    .regex(/^[^\p{C}]{1,100}$/u, "a name has 1 to 100 printable characters"),
  roles: z
    .array(z.enum(SERVER_ROLES, { error: `choose among ${SERVER_ROLES.join(", ")}` }))
    .min(1, "give at least one role"),
  person: z.string().min(1).optional(),
  days: z.coerce.number().int().min(1).max(366).default(90),
});

const DAY = 86_400_000;

/** Milliseconds. Throws `ZodError` for a number of days that no token may have. */
export const tokenLifetime = (days: unknown): number => tokenInput.shape.days.parse(days) * DAY;

/** Throws `ZodError`, or `PERSON_UNKNOWN` for somebody who is not in people.yaml. */
export function tokenClaims(root: string, given: unknown): Claims {
  const { name, roles, person = null } = tokenInput.parse(given);
  if (person !== null && !readPeople(root).names.includes(person)) {
    throw new RegistrationError(
      "PERSON_UNKNOWN",
      `${person} is not in people.yaml.`,
      "Name somebody who is, or leave the person out.",
    );
  }
  return { name, roles: [...new Set(roles)], person };
}

export const tokenShownSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  person: z.string().nullable(),
  roles: z.array(z.enum(SERVER_ROLES)),
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  revoked: z.iso.datetime().nullable(),
  usable: z.boolean(),
});

/** Without its hash. */
export function tokenShown({ hash: _, ...record }: Credential, now: Date) {
  return { ...record, usable: isUsable({ hash: "", ...record }, now) };
}
