import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../canonical/hash.js";
import { expectCode } from "../testing/expect-code.js";
import {
  type Envelope,
  type PublicKey,
  preAuthenticationEncoding,
  publicKey,
  type Signer,
  signEnvelope,
  verifyEnvelope,
} from "./index.js";

const type = "application/vnd.in-toto+json";
const payload = Buffer.from('{"a":"ü?>"}');

function person(holder: string): { key: PublicKey; signer: Signer } {
  const pair = generateKeyPairSync("ed25519");
  const key = publicKey(pair.publicKey.export({ type: "spki", format: "pem" }).toString(), holder);
  return { key, signer: { keyId: key.keyId, sign: (data) => sign(null, data, pair.privateKey) } };
}

const anna = person("anna");
const ben = person("ben");

describe("preAuthenticationEncoding", () => {
  it("is the example of the DSSE protocol", () => {
    const encoded = preAuthenticationEncoding(
      "http://example.com/HelloWorld",
      Buffer.from("hello world"),
    );
    expect(encoded.toString()).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    // Computed with Python's hashlib (science K2).
    expect(sha256Hex(encoded)).toBe(
      "217751fac2c4f14edb2c9297fbc34abcb016ba88e74757e875ec4ac16fb6b6a1",
    );
  });

  it("counts bytes, not characters", () => {
    expect(preAuthenticationEncoding("ü", Buffer.from("ü")).toString()).toBe("DSSEv1 2 ü 2 ü");
  });
});

describe("verifyEnvelope", () => {
  const envelope = signEnvelope(type, payload, [anna.signer]);
  const policy = { keys: [ben.key, anna.key], payloadType: type };

  it("gives back the payload and the key that signed", () => {
    const verified = verifyEnvelope(envelope, policy);
    expect(verified.payload.equals(payload)).toBe(true);
    expect(verified.keys).toEqual([anna.key]);
  });

  it("accepts base64 and base64url, with and without padding", () => {
    const url = (text: string) => Buffer.from(text, "base64").toString("base64url");
    const signatures = envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig: url(sig) }));
    const other = { ...envelope, payload: url(envelope.payload), signatures };
    expect(envelope.payload).toMatch(/[+/=]/);
    expect(verifyEnvelope(other, policy).payload.equals(payload)).toBe(true);
  });

  it("takes the key id as a hint only", () => {
    for (const keyid of ["", ben.key.keyId, "nonsense"]) {
      const signatures = envelope.signatures.map(({ sig }) => ({ keyid, sig }));
      expect(verifyEnvelope({ ...envelope, signatures }, policy).keys).toEqual([anna.key]);
    }
    const claimed = signEnvelope(type, payload, [{ ...ben.signer, keyId: anna.key.keyId }]);
    expectCode("BAD_SIGNATURE", () => verifyEnvelope(claimed, { ...policy, keys: [anna.key] }));
  });

  it("refuses another payload, another type, an unknown key", () => {
    const altered: Envelope[] = [
      { ...envelope, payload: Buffer.from('{"a":"b"}').toString("base64") },
      { ...envelope, payloadType: `${type}x` },
    ];
    for (const each of altered) expectCode("BAD_SIGNATURE", () => verifyEnvelope(each, policy));
    expectCode("BAD_SIGNATURE", () => verifyEnvelope(envelope, { ...policy, keys: [ben.key] }));
    expectCode("BAD_ENVELOPE", () => verifyEnvelope(envelope, { ...policy, payloadType: "other" }));
  });

  it("counts distinct people towards the threshold", () => {
    const secondKey = person("anna");
    const keys = [anna.key, ben.key, secondKey.key];
    const two = { keys, payloadType: type, threshold: 2 };
    const by = (...signers: Signer[]) => signEnvelope(type, payload, signers);
    expect(verifyEnvelope(by(anna.signer, ben.signer), two).keys).toEqual([anna.key, ben.key]);
    expectCode("THRESHOLD_NOT_MET", () => verifyEnvelope(by(anna.signer, anna.signer), two));
    expectCode("THRESHOLD_NOT_MET", () => verifyEnvelope(by(anna.signer, secondKey.signer), two));
    expectCode("BAD_THRESHOLD", () => verifyEnvelope(envelope, { ...two, threshold: 0 }));
  });

  it("counts one key listed for two people once", () => {
    const keys = [anna.key, { ...anna.key, keyId: "alias", holder: "carol" }];
    const twice = signEnvelope(type, payload, [anna.signer, { ...anna.signer, keyId: "alias" }]);
    expectCode("THRESHOLD_NOT_MET", () =>
      verifyEnvelope(twice, { keys, payloadType: type, threshold: 2 }),
    );
  });

  it.each([
    ["null", null],
    ["a string", "{}"],
    ["no signatures", { ...envelope, signatures: [] }],
    ["signatures that are no list", { ...envelope, signatures: {} }],
    ["a signature that is no object", { ...envelope, signatures: [null] }],
    ["a signature that is not base64", { ...envelope, signatures: [{ keyid: "", sig: "*" }] }],
    ["a mix of alphabets", { ...envelope, payload: "-_+/" }],
    ["stray bits at the end", { ...envelope, payload: "aGV=" }],
    ["padding in the middle", { ...envelope, payload: "aG=V" }],
    ["no type", { ...envelope, payloadType: 1 }],
    ["65 signatures", { ...envelope, signatures: new Array(65).fill(envelope.signatures[0]) }],
  ])("refuses %s before anything else", (_name, candidate) => {
    expectCode("BAD_ENVELOPE", () => verifyEnvelope(candidate, policy));
  });
});

describe("publicKey", () => {
  it("refuses a private key, another kind of key, and noise", () => {
    const ed = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    expectCode("KEY_INVALID", () => publicKey(ed.toString(), "x"));
    const pem = ec.export({ type: "spki", format: "pem" }).toString();
    expectCode("KEY_INVALID", () => publicKey(pem, "x"));
    expectCode("KEY_INVALID", () => publicKey("noise", "x"));
  });
});
