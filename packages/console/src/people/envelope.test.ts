// What the browser signs, held against the ledger's own code: same hash, same bytes, an envelope that it opens.
import {
  documentHash,
  openSignOff,
  preAuthenticationEncoding,
  publicKey,
  type SignOff,
  signOff,
} from "@plumbline/ledger";
import fc from "fast-check";
import { expect, it } from "vitest";
import { base64Bytes, base64Of, hexOf, sha256, utf8 } from "../parts/bytes.js";
import { contentHash, isMeant, preAuthentication, signedEnvelope } from "./envelope.js";

const meant = {
  experiment: "us_mle_02",
  document: "ab".repeat(32),
  role: "pm",
  person: 'Ada "Ō"\u2028',
};
const at = "2026-06-30T10:00:00.000Z";

function asked(changed: Partial<SignOff> = {}) {
  const { experiment: subject, ...rest } = meant;
  const unsigned = { keyId: "", sign: () => Buffer.alloc(0) };
  const { envelope } = signOff({ subject, ...rest, at, ...changed }, unsigned);
  return { payloadType: envelope.payloadType, payload: envelope.payload, at };
}

async function generated() {
  const pair = (await crypto.subtle.generateKey("Ed25519", false, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const pem = `-----BEGIN PUBLIC KEY-----\n${base64Of(spki)}\n-----END PUBLIC KEY-----\n`;
  return { pem, fingerprint: hexOf(await sha256(spki)), privateKey: pair.privateKey };
}

it("computes the hash of a document as the ledger does", async () => {
  const property = fc.asyncProperty(
    fc
      .object({
        maxDepth: 3,
        values: [
          fc.string(),
          fc
            .double({ noNaN: true, noDefaultInfinity: true })
            .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
          fc.boolean(),
          fc.constant(null),
        ],
      })
      .filter((value) => JSON.stringify(value) !== "" && !("toJSON" in value)),
    async (value) => {
      expect(await contentHash(value)).toBe(documentHash(value));
    },
  );
  await fc.assert(property, { seed: 20_260_630, numRuns: 300 });
});

it("encodes what is signed as the ledger does", () => {
  const property = fc.property(fc.string({ unit: "binary" }), fc.uint8Array(), (type, payload) => {
    expect(Buffer.from(preAuthentication(type, payload))).toEqual(
      preAuthenticationEncoding(type, payload),
    );
  });
  fc.assert(property, { seed: 20_260_630, numRuns: 300 });
});

it("makes envelopes that the ledger opens, with the fingerprint that it computes", async () => {
  const key = await generated();
  const trusted = publicKey(key.pem, meant.person);
  expect(key.fingerprint).toBe(trusted.keyId);
  const envelope = await signedEnvelope(asked(), key);
  const { experiment: subject, ...rest } = meant;
  expect(openSignOff(envelope, [trusted])).toMatchObject({ subject, ...rest, at });
  const other = publicKey((await generated()).pem, meant.person);
  expect(() => openSignOff(envelope, [other])).toThrow();
});

it("takes for what is meant nothing but that: no other document, role, person, experiment, time or type", () => {
  expect(isMeant(asked(), meant)).toBe(true);
  const others: Partial<SignOff>[] = [
    { subject: "us_mle_03" },
    { document: "cd".repeat(32) },
    { role: "ds_partner" },
    { person: "Ben" },
    { at: "2027-01-01T00:00:00.000Z" },
  ];
  for (const other of others) expect(isMeant(asked(other), meant)).toBe(false);
  expect(isMeant({ ...asked(), payloadType: "text/plain" }, meant)).toBe(false);
  const more = `${Buffer.from(base64Bytes(asked().payload)).toString("utf8")} `;
  expect(isMeant({ ...asked(), payload: base64Of(utf8(more)) }, meant)).toBe(false);
});
