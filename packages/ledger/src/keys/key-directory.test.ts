import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { publicKey, verifySignature } from "../dsse/public-key.js";
import { expectCode } from "../testing/expect-code.js";
import { generateKey, listKeys, loadPublicKey, loadSigner } from "./index.js";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plumbline-keys-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("a key directory", () => {
  it("makes a key that signs, and exports only its public half", () => {
    const home = join(directory, "keys");
    const key = generateKey(home, "anna", "Anna Ek");
    expect(key).toMatchObject({
      holder: "Anna Ek",
      keyId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const signer = loadSigner(home, "anna");
    const message = Buffer.from("message");
    expect(verifySignature(key, message, signer.sign(message))).toBe(true);
    expect(verifySignature(key, Buffer.from("another"), signer.sign(message))).toBe(false);
    expect(signer.keyId).toBe(key.keyId);
    expect(loadPublicKey(home, "anna", "Anna Ek")).toEqual(key);
    expect(publicKey(readFileSync(join(home, "anna.pub.pem"), "utf8"), "Anna Ek")).toEqual(key);
    expect(JSON.stringify([key, signer])).not.toContain("PRIVATE");
  });

  it.skipIf(process.platform === "win32")(
    "keeps the private file at 0600 in a directory of 0700, whatever the umask",
    () => {
      const before = process.umask(0);
      try {
        const home = join(directory, "keys");
        generateKey(home, "anna");
        expect(statSync(home).mode & 0o777).toBe(0o700);
        expect(statSync(join(home, "anna.key.pem")).mode & 0o777).toBe(0o600);
      } finally {
        process.umask(before);
      }
    },
  );

  it.skipIf(process.platform === "win32").each([0o640, 0o604, 0o660, 0o644])(
    "refuses a private key with mode %o",
    (mode) => {
      generateKey(directory, "anna");
      chmodSync(join(directory, "anna.key.pem"), mode);
      expectCode("KEY_PERMISSIONS", () => loadSigner(directory, "anna"));
      chmodSync(join(directory, "anna.key.pem"), 0o400);
      expect(loadSigner(directory, "anna").keyId).toHaveLength(64);
    },
  );

  it.skipIf(process.platform === "win32")("follows no link to a key elsewhere", () => {
    generateKey(directory, "anna");
    symlinkSync(join(directory, "anna.key.pem"), join(directory, "eve.key.pem"));
    expectCode("KEY_PERMISSIONS", () => loadSigner(directory, "eve"));
  });

  it("never replaces a key", () => {
    const first = generateKey(directory, "anna");
    expectCode("KEY_EXISTS", () => generateKey(directory, "anna"));
    expect(loadPublicKey(directory, "anna")).toEqual(first);
    expect(readdirSync(directory).sort()).toEqual(["anna.key.pem", "anna.pub.pem"]);
  });

  it("leaves no private key behind when the public one cannot be written", () => {
    writeFileSync(join(directory, "anna.pub.pem"), "kept");
    expectCode("KEY_EXISTS", () => generateKey(directory, "anna"));
    expect(readdirSync(directory)).toEqual(["anna.pub.pem"]);
  });

  it.each(["", "../anna", "a/b", ".hidden", "Anna", "a".repeat(65), "a\0"])(
    "refuses the name %j",
    (name) => {
      expectCode("KEY_NAME", () => generateKey(directory, name));
      expectCode("KEY_NAME", () => loadSigner(directory, name));
    },
  );

  it("says what is missing or broken, without quoting the file", () => {
    expectCode("KEY_NOT_FOUND", () => loadSigner(directory, "nobody"));
    writeFileSync(join(directory, "bad.key.pem"), "secret noise", { mode: 0o600 });
    const error = expectCode("KEY_INVALID", () => loadSigner(directory, "bad"));
    expect(`${error.message} ${String(error.cause)}`).not.toContain("secret noise");
  });

  it("lists its keys", () => {
    generateKey(directory, "ben");
    generateKey(directory, "anna");
    expect(listKeys(directory)).toEqual(["anna", "ben"]);
    expect(listKeys(join(directory, "none"))).toEqual([]);
  });
});
