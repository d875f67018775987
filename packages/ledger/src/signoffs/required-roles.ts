/**
 * Are all required roles signed, each by another person? A person who signed for two roles fills one of them; which one is
 * chosen so that as many roles as possible are filled (maximum bipartite matching by augmenting paths).
 */

export interface RoleSignature {
  readonly role: string;
  readonly person: string;
}

export interface RoleAssignment {
  readonly complete: boolean;
  /** The person counted for each filled role, in the order of the required roles. */
  readonly filled: readonly RoleSignature[];
  /** Required roles without a person of their own. */
  readonly missing: readonly string[];
}

/** Counts sign-offs of one document; the caller passes only those that were verified. Required roles listed twice need two people. */
export function assignRoles(
  required: readonly string[],
  signatures: readonly RoleSignature[],
): RoleAssignment {
  const candidates = required.map((role) => [
    ...new Set(signatures.filter((each) => each.role === role).map((each) => each.person)),
  ]);
  const slotOf = new Map<string, number>();
  required.forEach((_, slot) => {
    fill(slot, candidates, slotOf, new Set());
  });
  const personOf = new Map([...slotOf].map(([person, slot]) => [slot, person]));
  const filled: RoleSignature[] = [];
  const missing: string[] = [];
  required.forEach((role, slot) => {
    const person = personOf.get(slot);
    if (person === undefined) missing.push(role);
    else filled.push({ role, person });
  });
  return { complete: missing.length === 0, filled, missing };
}

function fill(
  slot: number,
  candidates: readonly (readonly string[])[],
  slotOf: Map<string, number>,
  tried: Set<string>,
): boolean {
  for (const person of candidates[slot] ?? []) {
    if (tried.has(person)) continue;
    tried.add(person);
    const taken = slotOf.get(person);
    if (taken === undefined || fill(taken, candidates, slotOf, tried)) {
      slotOf.set(person, slot);
      return true;
    }
  }
  return false;
}
