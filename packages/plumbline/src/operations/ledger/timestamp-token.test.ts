// Tokens by `openssl ts`, an independent implementation, and forged ones: what each check is there to refuse.
import { execFileSync } from "node:child_process";
import { randomBytes, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Forgery, forgedToken } from "./testing/forged-token.js";
import {
  AUTHORITY,
  Authorities,
  type Certified,
  HAS_OPENSSL,
  STAMPING,
} from "./testing/timestamp-authority.js";
import { certificatePair } from "./timestamp-chain.js";
import { readToken } from "./timestamp-token.js";

const bytes = Buffer.from('{"at":"2026-06-20T10:00:04.000Z","origin":"demo","size":5}\n');
const RSA = ["-newkey", "rsa:2048"];

const trust = (...certified: Certified[]) =>
  certified.map(({ certificate }) => certificatePair(new X509Certificate(certificate).raw));

describe.skipIf(!HAS_OPENSSL)("a time-stamp token (needs the openssl program)", () => {
  let pki: Authorities;
  let root: Certified;
  let signer: Certified;

  const issued = (
    name: string,
    extensions: readonly string[],
    more: Partial<Parameters<Authorities["certificate"]>[0]> = {},
  ) => pki.certificate({ name, issuer: root, extensions, ...more });

  beforeAll(() => {
    pki = new Authorities();
    root = pki.certificate({ name: "Root", issuer: null, extensions: AUTHORITY });
    signer = issued("Clock", STAMPING);
  });
  afterAll(() => pki?.remove());

  /** A token as `openssl ts` makes it for a query of its own. */
  function honest(by: Certified, settings: readonly string[] = []): Buffer {
    const data = pki.file("data", bytes);
    const query = execFileSync("openssl", ["ts", "-query", "-data", data, "-sha256", "-cert"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const reply = pki.file("one.tsr", pki.reply(by, query, settings));
    const out = join(pki.folder, "one.tst");
    execFileSync("openssl", ["ts", "-reply", "-in", reply, "-token_out", "-out", out], {
      stdio: "ignore",
    });
    return readFileSync(out);
  }

  const read = (token: Buffer, trusted = trust(root)) => readToken(token, bytes, trusted);
  const forged = async (wish: Partial<Forgery>, trusted = trust(root)) =>
    read(await forgedToken({ signer, bytes, ...wish }), trusted);
  const refused = (promise: Promise<unknown>, reason: RegExp) =>
    expect(promise).rejects.toThrow(
      expect.objectContaining({
        name: "TimestampFault",
        message: expect.stringMatching(reason),
      }),
    );

  it("by openssl is read as openssl reads it", async () => {
    const token = honest(signer);
    const file = pki.file("read.tst", token);
    const said = execFileSync("openssl", ["ts", "-reply", "-token_in", "-in", file, "-text"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const time = /Time stamp: (.*)/.exec(said)?.[1] ?? "";
    const { at, accuracy, authority, nonce } = await read(token);
    expect(at).toBe(new Date(time).toISOString());
    expect({ accuracy, authority }).toEqual({ accuracy: 1, authority: "Clock" });
    const shown = /Nonce: (0x[0-9A-F]+)/.exec(said)?.[1] ?? "";
    expect(BigInt(`0x${nonce?.toString("hex")}`)).toBe(BigInt(shown));
  });

  it.each([
    ["RSA and SHA-512", RSA, ["signer_digest = sha512"]],
    ["ESSCertID of RFC 3161 (SHA-1)", RSA, ["ess_cert_id_alg = sha1"]],
    ["ESSCertIDv2 with SHA-384", RSA, ["ess_cert_id_alg = sha384"]],
    [
      "ECDSA on P-384",
      ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
      ["signer_digest = sha384"],
    ],
    ["no name in it", RSA, ["tsa_name = no"]],
  ])("with %s is read", async (_what, key, settings) => {
    const by = issued("Kind", STAMPING, { key });
    expect((await read(honest(by, settings))).authority).toBe("Kind");
  });

  it("made by the forger's means but honest is good to openssl too", async () => {
    const file = pki.file("forged.tst", await forgedToken({ signer, bytes }));
    const data = pki.file("data", bytes);
    const args = ["ts", "-verify", "-token_in", "-in", file, "-data", data];
    const said = execFileSync("openssl", [...args, "-CAfile", root.certificateFile], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(said).toContain("Verification: OK");
    expect((await forged({})).at).toBe("2026-06-20T10:00:10.000Z");
  });

  it("signed by RSA-PSS is read; openssl cms, since openssl ts knows no PSS, finds it good too", async () => {
    const wish = { signer: issued("Key", STAMPING, { key: RSA }), pss: true };
    const file = pki.file("pss.tst", await forgedToken({ bytes, ...wish }));
    const args = ["cms", "-verify", "-inform", "DER", "-in", file, "-purpose", "timestampsign"];
    execFileSync("openssl", [...args, "-CAfile", root.certificateFile], { stdio: "ignore" });
    expect((await forged(wish)).authority).toBe("Key");
    await refused(forged({ ...wish, digest: "SHA-1" }), /not known to be safe/);
  });

  it("leads over authorities between it and the root, or to one of them that is trusted", async () => {
    const middle = issued("Middle", [...AUTHORITY, "extendedKeyUsage=timeStamping"]);
    const leaf = issued("Leaf", STAMPING, { issuer: middle });
    const token = honest(leaf, [`certs = ${middle.certificateFile}`]);
    expect((await read(token)).authority).toBe("Leaf");
    expect((await read(token, trust(middle))).authority).toBe("Leaf");
    expect((await read(token, trust(leaf))).authority).toBe("Leaf");
    expect((await read(honest(leaf), trust(root, middle))).authority).toBe("Leaf");
    await refused(read(honest(leaf)), /does not lead to a certificate that plumbline.yaml names/);
  });

  it("counts as long as its certificate was valid when it was made", async () => {
    const brief = issued("Brief", STAMPING, { from: "20260101000000Z", until: "20260201000000Z" });
    const at = (day: string) => ({ signer: brief, genTime: new Date(`2026-${day}T00:00:00Z`) });
    expect((await forged(at("01-15"))).at).toBe("2026-01-15T00:00:00.000Z");
    await refused(forged(at("02-02")), /dated 2026-02-02.*the certificate Brief was not valid/);
    await refused(
      forged(
        at("01-01").signer ? { signer: brief, genTime: new Date("2025-12-31T23:59:59Z") } : {},
      ),
      /was not valid/,
    );
    const old = pki.certificate({
      name: "Old root",
      issuer: null,
      extensions: AUTHORITY,
      until: "20260201000000Z",
    });
    const under = issued("Under", STAMPING, { issuer: old });
    await refused(forged({ signer: under }, trust(old)), /the certificate Old root was not valid/);
  });

  it("by another root, or by a certificate that only bears the root's name, does not count", async () => {
    const other = pki.certificate({ name: "Other", issuer: null, extensions: AUTHORITY });
    await refused(forged({}, trust(other)), /does not lead to/);
    await refused(forged({}, []), /does not lead to/);
    const twin = pki.certificate({ name: "Root", issuer: null, extensions: AUTHORITY });
    const leaf = issued("Leaf", STAMPING, { issuer: twin });
    await refused(forged({ signer: leaf, bundled: [twin] }), /does not lead to/);
  });

  it.each([
    ["no purpose", STAMPING.slice(0, 2)],
    ["another purpose", [...STAMPING.slice(0, 2), "extendedKeyUsage=critical,codeSigning"]],
    [
      "a second purpose",
      [...STAMPING.slice(0, 2), "extendedKeyUsage=critical,timeStamping,codeSigning"],
    ],
    ["an uncritical purpose", [...STAMPING.slice(0, 2), "extendedKeyUsage=timeStamping"]],
  ])("by a certificate with %s does not count", async (_what, extensions) => {
    const by = issued("Unfit", extensions);
    await refused(forged({ signer: by }), /not for time-stamping alone \(Unfit\)/);
  });

  it.each([
    ["no authority", STAMPING.slice(0, 2), /does not lead to/],
    [
      "no authority, but says it signs",
      ["basicConstraints=critical,CA:false", "keyUsage=critical,keyCertSign"],
      /Between, which is not an authority's/,
    ],
    [
      "for web servers",
      [...AUTHORITY, "extendedKeyUsage=serverAuth"],
      /may not be used for time-stamping/,
    ],
    [
      "limited to names",
      [...AUTHORITY, "nameConstraints=critical,permitted;DNS:example.org"],
      /2\.5\.29\.30 is not understood/,
    ],
    [
      "with an unknown critical extension",
      [...AUTHORITY, "1.2.3.4=critical,DER:0500"],
      /1\.2\.3\.4 is not understood/,
    ],
  ])("under a certificate that is %s does not count", async (_what, extensions, reason) => {
    const between = issued("Between", extensions);
    const leaf = issued("Leaf", STAMPING, { issuer: between });
    await refused(forged({ signer: leaf, bundled: [between] }), reason);
  });

  it("keeps the length of path that a certificate allows", async () => {
    const limit = issued("Limit", [
      "basicConstraints=critical,CA:true,pathlen:0",
      "keyUsage=critical,keyCertSign",
    ]);
    const direct = issued("Direct", STAMPING, { issuer: limit });
    expect((await forged({ signer: direct, bundled: [limit] })).authority).toBe("Direct");
    const between = issued("Between", AUTHORITY, { issuer: limit });
    const leaf = issued("Leaf", STAMPING, { issuer: between });
    await refused(
      forged({ signer: leaf, bundled: [between, limit] }),
      /Limit, which may not stand above 1 further authority/,
    );
  });

  it("with certificates that sign each other in a circle is refused, not followed for ever", async () => {
    const one = pki.certificate({ name: "One", issuer: null, extensions: AUTHORITY });
    const two = pki.certificate({ name: "Two", issuer: one, extensions: AUTHORITY });
    // The same names and keys, signed the other way round.
    const again = pki.certificate({ name: "One", issuer: two, extensions: AUTHORITY, sameAs: one });
    const leaf = issued("Leaf", STAMPING, { issuer: two });
    await refused(forged({ signer: leaf, bundled: [one, two, again] }), /does not lead to/);
  });

  it("over weak keys or digests does not count", async () => {
    const short = issued("Short", STAMPING, { key: ["-newkey", "rsa:1024"] });
    await refused(forged({ signer: short }), /fewer than 2048 bits/);
    const weak = issued("Weak", STAMPING, { digest: "sha1" });
    await refused(forged({ signer: weak }), /Weak, which is signed by an algorithm/);
    await refused(forged({ digest: "SHA-1" }), /not known to be safe/);
  });

  it("of other bytes does not count", async () => {
    await refused(
      readToken(honest(signer), Buffer.from("other"), trust(root)),
      /stamps another tree head/,
    );
    const imprint = { algorithm: "1.3.14.3.2.26", digest: "sha1" };
    await refused(forged({ imprint }), /not SHA-256/);
  });

  it("whose signature or signed attributes do not fit does not count", async () => {
    const other = issued("Other", STAMPING);
    await refused(forged({ keyFile: other.keyFile }), /signature that does not hold/);
    await refused(forged({ messageDigest: randomBytes(32) }), /was altered/);
    await refused(
      forged({ contentType: "1.2.840.113549.1.7.1" }),
      /does not sign that its content/,
    );
    await refused(forged({ named: other }), /names another certificate/);
    await refused(forged({ named: null }), /does not name the certificate/);
    await refused(forged({ tsa: other }), /names another authority/);
    expect((await forged({ tsa: signer })).authority).toBe("Clock");
    await refused(forged({ signers: 2 }), /2 signers instead of one/);
    await refused(forged({ signers: 0 }), /0 signers instead of one/);
  });

  it("with a local time, a critical extension or a heap of certificates does not count", async () => {
    const local = (content: Buffer) =>
      Buffer.from(
        content.toString("latin1").replace("20260620100010Z", "2026062010+0100"),
        "latin1",
      );
    await refused(forged({ edit: local }), /without a time in UTC/);
    await refused(forged({ extended: true }), /extension that is critical/);
    await refused(forged({ bundled: Array(33).fill(root) }), /brings 34 certificates/);
  });

  it("swapped for a certificate of the same key, name and number is seen", async () => {
    const swapped = issued("Clock", STAMPING, { sameAs: signer });
    await refused(forged({ signer: swapped, named: signer }), /names another certificate/);
  });

  it("cut short anywhere, or with a byte too many, is refused", async () => {
    const token = honest(signer);
    for (let length = 0; length < token.length; length += 1) {
      await refused(read(token.subarray(0, length)), /./);
    }
    await refused(read(Buffer.concat([token, Buffer.from([0])])), /bytes behind its end/);
    await refused(read(randomBytes(300)), /./);
    await refused(read(Buffer.alloc(300 * 1024, 0x30)), /more than any time-stamp token/);
    // Sequences in sequences, as deep as they go.
    await refused(read(Buffer.from("3080".repeat(100_000), "hex")), /./);
  });

  it("with any byte changed is refused, or still says the same", async () => {
    const token = honest(signer);
    const right = await read(token);
    let refusals = 0;
    for (let place = 0; place < token.length; place += 1) {
      const altered = Buffer.from(token);
      altered.writeUInt8(altered.readUInt8(place) ^ (1 << (place % 8)), place);
      const outcome = await read(altered).catch((error: Error) => error.name);
      if (outcome === "TimestampFault") refusals += 1;
      else expect(outcome, `byte ${place}`).toEqual(right);
    }
    expect(refusals).toBeGreaterThan(0.9 * token.length);
  });
});
