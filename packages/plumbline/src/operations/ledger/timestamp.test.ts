// plumb anchor and plumb verify with a timestamp authority: `openssl ts` behind a real HTTP server.
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { openLedger, readEntry } from "@plumbline/ledger";
import { fromBER } from "asn1js";
import { TimeStampReq } from "pkijs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Forgery, forgedToken } from "./testing/forged-token.js";
import {
  answer,
  type ClockAuthorities,
  clockAuthorities,
  HAS_OPENSSL,
  STAMPING,
  served,
} from "./testing/timestamp-authority.js";
import {
  CERTIFICATE,
  configure,
  EVERYBODY,
  entriesOf,
  headFiles,
  stampedWorkspace,
} from "./testing/timestamp-workspace.js";
import { locked, RERANKER, type TestWorkspace, testWorkspace } from "./testing/workspace.js";

interface AnchoredJson {
  readonly file: string;
  readonly tag: string | null;
  readonly head: { readonly size: number };
  readonly timestamp: { readonly file: string; readonly at: string; readonly authority: string };
}

interface VerifiedJson {
  readonly ok: boolean;
  readonly anchored: number;
  readonly steps: readonly { name: string; status: string; findings: string[] }[];
  readonly proved: readonly string[];
  readonly unproved: readonly string[];
}

const git = (folder: string, ...args: string[]) =>
  execFileSync("git", ["-C", folder, ...args], {
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    stdio: ["ignore", "pipe", "pipe"],
  });

function repository({ root }: TestWorkspace): void {
  git(root, "init", "-q", "-b", "main", ".");
  git(root, "config", "user.name", "Ada");
  git(root, "config", "user.email", "ada@example.org");
  git(root, "init", "-q", "--bare", join(root, "../remote.git"));
  git(root, "remote", "add", "origin", "../remote.git");
}

describe.skipIf(!HAS_OPENSSL)("a timestamp of the tree head (needs the openssl program)", () => {
  let { pki, root, other, signer } = {} as ClockAuthorities;

  beforeAll(() => {
    ({ pki, root, other, signer } = clockAuthorities());
  });
  afterAll(() => pki?.remove());

  /** The authority answers as openssl does, unless told otherwise. */
  const stamped = (
    reply = (query: Buffer, response: ServerResponse) => answer(response, pki.reply(signer, query)),
  ) => stampedWorkspace(root, reply);

  const step = (verified: VerifiedJson) =>
    verified.steps.find(({ name }) => name === "timestamps") ?? { status: "", findings: [] };

  it("is asked for as RFC 3161 says, and verified offline ever after, without git", async () => {
    const seen: { type: string | undefined; query: Buffer }[] = [];
    const ws = await testWorkspace(EVERYBODY);
    await locked(ws);
    const server = await served((query, response, request) => {
      seen.push({ type: request.headers["content-type"], query });
      answer(response, pki.reply(signer, query));
    });
    configure(ws, server.url, root);
    const before = Date.now();
    const { stdout } = await ws.run("anchor");
    server.close();
    expect(stdout).toMatch(/time \S+Z, by the word of Clock\n/);
    const [asked] = seen;
    expect(seen).toHaveLength(1);
    expect(asked?.type).toBe("application/timestamp-query");
    const request = new TimeStampReq({ schema: fromBER(asked?.query ?? Buffer.alloc(0)).result });
    expect(request.certReq).toBe(true);
    expect(request.nonce?.valueBlock.valueHexView).toHaveLength(8);

    const verified = await ws.json<VerifiedJson>("verify");
    expect(verified).toMatchObject({ ok: true, anchored: 5 });
    const sentence = /^Entries 1 to 5 existed by (\S+), give or take 1 s, by the word of Clock\.$/;
    const time = verified.proved.map((each) => sentence.exec(each)?.[1]).find((each) => each) ?? "";
    expect(Math.abs(Date.parse(time) - before)).toBeLessThan(60_000);
    expect(step(verified)).toMatchObject({ status: "passed", findings: [] });
    expect(verified.unproved.join(" ")).toContain("not that no other one was stamped beside it");
    expect((await entriesOf(ws)).map(({ text }) => readEntry(text)).at(-1)?.body).toMatchObject({
      method: "timestamp",
      authority: "Clock",
      time,
    });
  });

  it("stamps the bytes of the head's file, so that openssl alone can check it", async () => {
    const { ws } = await stamped();
    const { file, timestamp } = await ws.json<AnchoredJson>("anchor");
    const { token } = JSON.parse(readFileSync(join(ws.root, timestamp.file), "utf8"));
    const tokenFile = pki.file("extracted.tst", Buffer.from(token, "base64"));
    const args = ["ts", "-verify", "-token_in", "-in", tokenFile, "-data", join(ws.root, file)];
    const said = execFileSync("openssl", [...args, "-CAfile", join(ws.root, CERTIFICATE)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(said).toContain("Verification: OK");
  });

  it("stands beside the tag in git, is made once, and is found in a remote branch", async () => {
    let asked = 0;
    const { ws } = await stamped((query, response) => {
      asked += 1;
      answer(response, pki.reply(signer, query));
    });
    repository(ws);
    const { timestamp, tag, file } = await ws.json<AnchoredJson>("anchor", { push: "origin" });
    expect(tag).toMatch(/^plumbline\/000005-/);
    expect(await ws.json("anchor")).toMatchObject({ fresh: false, timestamp, tag });
    expect(asked).toBe(1);
    const verified = await ws.json<VerifiedJson>("verify", { remote: "origin" });
    expect(verified).toMatchObject({ ok: true, anchored: 5 });
    git(ws.root, "add", file, timestamp.file);
    git(ws.root, "commit", "-q", "-m", "Head");
    git(ws.root, "push", "-q", "origin", "main");
    rmSync(join(ws.root, timestamp.file));
    rmSync(join(ws.root, file));
    const fetched = await ws.json<VerifiedJson>("verify");
    expect(fetched.proved.join(" ")).toContain(`existed by ${timestamp.at}`);
    // The head that was taken first is taken again from its tag, and its new timestamp is of the same bytes.
    expect(await ws.json("anchor")).toMatchObject({ fresh: false, file });
    expect(asked).toBe(2);
    expect((await ws.run("verify")).exitCode).toBe(0);
  });

  it("dated before the start covers the lock, and dated after it does not", async () => {
    const { ws } = await stamped();
    await ws.run("anchor");
    const [name = ""] = headFiles(ws).filter((each) => each.endsWith(".timestamp.json"));
    const path = join(ws.root, ".plumbline/heads", name);
    const { head } = JSON.parse(readFileSync(path, "utf8"));
    const bytes = readFileSync(join(ws.root, ".plumbline/heads", name.replace(".timestamp", "")));
    const status = async (day: string) => {
      const token = await forgedToken({ signer, bytes, genTime: new Date(`${day}T12:00:00Z`) });
      writeFileSync(path, JSON.stringify({ head, token: token.toString("base64") }));
      return (await ws.run("status", { registration: RERANKER })).stdout;
    };
    expect(await status("2026-06-20")).toContain(
      "passed       The lock is covered by the timestamp of Clock, dated before the start.",
    );
    expect(await status("2026-11-20")).toContain("but by no head dated before the start");
  });

  it("finds a history rewritten with a perfect chain", async () => {
    const { ws } = await stamped();
    await ws.run("anchor");
    const entries = await entriesOf(ws);
    const ledger = join(ws.root, ".plumbline/ledger.db");
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${ledger}${suffix}`, { force: true });
    const store = await openLedger(ledger);
    for (const { text } of entries) {
      const { type, at, subject, body } = readEntry(text.replaceAll("2026-06-20T", "2026-06-10T"));
      await store.append({ type, at, subject, body });
    }
    await store.close();
    const { stdout, exitCode } = await ws.run("verify");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("that the timestamp of Clock knows: the history was rewritten.");
    expect(stdout).not.toContain("existed by");
  });

  it("brought from outside counts as well, and says when it does not hold", async () => {
    const { ws } = await stamped();
    const { timestamp } = await ws.json<AnchoredJson>("anchor");
    const kept = join(ws.root, "../kept.json");
    copyFileSync(join(ws.root, timestamp.file), kept);
    rmSync(join(ws.root, timestamp.file));
    const verified = await ws.json<VerifiedJson>("verify", { head: kept });
    expect(verified.proved.join(" ")).toContain(`existed by ${timestamp.at}`);
    writeFileSync(join(ws.root, CERTIFICATE), other.certificate);
    expect((await ws.run("verify", { head: kept })).stderr).toMatch(
      /^TIMESTAMP_INVALID .*does not lead to a certificate/,
    );
  });

  describe("that does not hold is a finding of verify", () => {
    async function verifiedWith(alter: (token: Buffer, bytes: Buffer) => Promise<Buffer> | Buffer) {
      const { ws } = await stamped();
      const { file, timestamp } = await ws.json<AnchoredJson>("anchor");
      const path = join(ws.root, timestamp.file);
      const { head, token } = JSON.parse(readFileSync(path, "utf8"));
      const altered = await alter(Buffer.from(token, "base64"), readFileSync(join(ws.root, file)));
      writeFileSync(path, JSON.stringify({ head, token: altered.toString("base64") }));
      const { exitCode } = await ws.run("verify");
      expect(exitCode).toBe(1);
      const again = await ws.run("anchor");
      expect(again.stderr).toMatch(
        /^TIMESTAMP_INVALID .*There is a timestamp of this head already/,
      );
      return step(JSON.parse((await ws.run("verify", { json: true })).stdout));
    }
    const forged = (wish: (bytes: Buffer) => Partial<Forgery>) =>
      verifiedWith((_token, bytes) => forgedToken({ signer, bytes, ...wish(bytes) }));

    it.each<[string, () => ReturnType<typeof verifiedWith>, RegExp]>([
      ["cut short", () => verifiedWith((token) => token.subarray(0, 400)), /cut short/],
      ["empty", () => verifiedWith(() => Buffer.alloc(0)), /cut short/],
      ["noise", () => verifiedWith(() => Buffer.from("no token at all")), /not DER/],
      [
        "of another head",
        () => forged(() => ({ bytes: Buffer.from("another") })),
        /stamps another tree head/,
      ],
      [
        "under another root",
        () => {
          const by = { name: "Far", issuer: other, extensions: STAMPING };
          return forged(() => ({ signer: pki.certificate(by) }));
        },
        /does not lead to a certificate that plumbline.yaml names/,
      ],
      [
        "with a certificate that had expired",
        () => {
          const by = { name: "Late", issuer: root, extensions: STAMPING, until: "20260101000000Z" };
          return forged(() => ({ signer: pki.certificate(by) }));
        },
        /the certificate Late was not valid/,
      ],
      [
        "signed by somebody else",
        () => forged(() => ({ keyFile: other.keyFile })),
        /does not hold/,
      ],
    ])("%s", async (_what, run, reason) => {
      const { status, findings } = await run();
      expect(status).toBe("failed");
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatch(/^TIMESTAMP_INVALID {2}\.plumbline\/heads\/000005-/);
      expect(findings[0]).toMatch(reason);
    });

    it("a file that is none", async () => {
      const { ws } = await stamped();
      const { timestamp } = await ws.json<AnchoredJson>("anchor");
      for (const text of ["", "{}", '{"head":1,"token":2}', '{"head":{},"token":"*"}']) {
        writeFileSync(join(ws.root, timestamp.file), text);
        expect((await ws.run("verify")).stdout).toContain("holds no tree head with a token");
      }
    });
  });

  it("is called unchecked, or its certificate missing, when plumbline.yaml or the certificate is gone", async () => {
    const { ws } = await stamped();
    await ws.run("anchor");
    const certificate = join(ws.root, CERTIFICATE);
    for (const text of ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]) {
      writeFileSync(certificate, text);
      const { stdout, exitCode } = await ws.run("verify");
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/TIMESTAMP_CERTIFICATE {2}The certificate trust\/authority.pem/);
    }
    rmSync(certificate);
    expect((await ws.run("anchor")).stderr).toMatch(/^TIMESTAMP_CERTIFICATE /);
    ws.edit("plumbline.yaml", "anchors:", "anchors: {}\n#");
    ws.edit("plumbline.yaml", "  timestamp:", "#");
    ws.edit("plumbline.yaml", "    url:", "#");
    ws.edit("plumbline.yaml", "    certificate:", "#");
    const { stdout, exitCode } = await ws.run("verify");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("No timestamp authority is configured, so the timestamp in this");
    expect(stdout).toContain("could have been rewritten");
  });

  it("that is not configured is said to be missing", async () => {
    const ws = await testWorkspace(EVERYBODY);
    await locked(ws);
    const verified = await ws.json<VerifiedJson>("verify");
    expect(step(verified)).toMatchObject({ status: "not_checked", findings: [] });
    expect(verified.unproved.join(" ")).toContain("No timestamp is configured");
    configure(ws, "http://127.0.0.1:9/", root);
    expect((await ws.run("verify")).stdout).toContain("but there is no timestamp of it that holds");
  });

  it("is not asked for while plumbline.yaml has errors", async () => {
    const { ws } = await stamped();
    ws.edit("plumbline.yaml", "    url: http:", "    url: ftp:");
    expect((await ws.run("anchor")).stderr).toMatch(/FIELD_INVALID/);
    ws.edit("plumbline.yaml", "    url: ftp:", "    uri: http:");
    expect((await ws.run("anchor")).stderr).toMatch(/FIELD_UNKNOWN/);
    expect(headFiles(ws)).toEqual([]);
  });

  it("does not help a push outside git", async () => {
    const { ws } = await stamped();
    expect((await ws.run("anchor", { push: "origin" })).stderr).toMatch(/^NOT_A_REPOSITORY /);
  });
});
