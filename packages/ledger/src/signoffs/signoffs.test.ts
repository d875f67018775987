import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalBytes } from "../canonical/index.js";
import { signEnvelope } from "../dsse/index.js";
import { expectCode } from "../testing/expect-code.js";
import { at, people } from "../testing/small-ledger.js";
import {
  assignRoles,
  openSignOff,
  type RoleSignature,
  signOff,
  signOffPayloadType,
} from "./index.js";

const staff = people("anna", "ben");
const keys = Object.values(staff).map((each) => each.key);
const statement = {
  subject: "x",
  document: "ab".repeat(32),
  role: "pm",
  person: "anna",
  at: at(0),
};

describe("a sign-off", () => {
  it("is an in-toto statement over the document's hash, by the person named", () => {
    const body = signOff(statement, staff.anna!.signer);
    expect(openSignOff(body.envelope, keys)).toEqual({ ...statement, key: staff.anna!.key });
    const payload: unknown = JSON.parse(Buffer.from(body.envelope.payload, "base64").toString());
    expect(payload).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "x", digest: { sha256: statement.document } }],
    });
  });

  it("in another's name is refused", () => {
    const forged = signOff(statement, staff.ben!.signer);
    expectCode("BAD_SIGNATURE", () => openSignOff(forged.envelope, keys));
  });

  it("with another statement inside is refused, though the signature holds", () => {
    const others: unknown[] = [{}, [], { _type: "https://in-toto.io/Statement/v1", subject: [] }];
    for (const other of others) {
      const envelope = signEnvelope(signOffPayloadType, canonicalBytes(other), [
        staff.anna!.signer,
      ]);
      expectCode("BAD_ENVELOPE", () => openSignOff(envelope, keys));
    }
    const twice = Buffer.from('{"_type":"a","_type":"b"}');
    const envelope = signEnvelope(signOffPayloadType, twice, [staff.anna!.signer]);
    expectCode("BAD_JSON", () => openSignOff(envelope, keys));
  });
});

describe("assignRoles", () => {
  const by = (...pairs: [string, string][]): RoleSignature[] =>
    pairs.map(([role, person]) => ({ role, person }));

  it("needs another person for every role", () => {
    expect(assignRoles(["pm", "ds"], by(["pm", "anna"], ["ds", "anna"]))).toEqual({
      complete: false,
      filled: [{ role: "pm", person: "anna" }],
      missing: ["ds"],
    });
    expect(assignRoles(["pm", "ds"], by(["pm", "anna"], ["ds", "ben"])).complete).toBe(true);
  });

  it("counts a person who signed for two roles where it helps most", () => {
    const signatures = by(["pm", "anna"], ["pm", "ben"], ["ds", "anna"]);
    expect(assignRoles(["pm", "ds"], signatures)).toMatchObject({
      complete: true,
      filled: [
        { role: "pm", person: "ben" },
        { role: "ds", person: "anna" },
      ],
    });
  });

  it("ignores roles not asked for and signatures given twice", () => {
    expect(
      assignRoles(["pm", "pm"], by(["pm", "anna"], ["pm", "anna"], ["qa", "ben"])).missing,
    ).toEqual(["pm"]);
    expect(assignRoles([], [])).toEqual({ complete: true, filled: [], missing: [] });
  });

  it("fills as many roles as any assignment can (against trying all)", () => {
    const role = fc.constantFrom("a", "b", "c", "d");
    const signature = fc.record({ role, person: fc.constantFrom("1", "2", "3", "4") });
    const property = fc.property(
      fc.array(role, { maxLength: 4 }),
      fc.array(signature, { maxLength: 8 }),
      (required, signatures) => {
        const { filled, missing } = assignRoles(required, signatures);
        expect(filled.length + missing.length).toBe(required.length);
        expect(new Set(filled.map((each) => each.person)).size).toBe(filled.length);
        for (const each of filled) expect(signatures).toContainEqual(each);
        expect(filled.length).toBe(mostFilled(required, signatures, []));
      },
    );
    fc.assert(property, { seed: 1, numRuns: 300 });
  });
});

function mostFilled(
  required: readonly string[],
  signatures: readonly RoleSignature[],
  used: string[],
): number {
  const [role, ...rest] = required;
  if (role === undefined) return 0;
  const persons = signatures.filter((each) => each.role === role && !used.includes(each.person));
  const counts = persons.map(({ person }) => 1 + mostFilled(rest, signatures, [...used, person]));
  return Math.max(mostFilled(rest, signatures, used), ...counts);
}
