// Documents written over HTTP: only whole, only without errors, only over the version that was read, and nowhere else.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Demo, FRESH, makeDemo, NOW, RERANKER } from "./testing/demo.js";
import { startServer, type TestServer } from "./testing/server.js";

let demo: Demo;
let server: TestServer;
let author: string;

beforeAll(async () => {
  demo = await makeDemo();
  server = await startServer(demo.root, { now: () => new Date(NOW) });
  author = await server.token(["author"]);
});

afterAll(async () => {
  await server?.close();
  demo?.remove();
});

type Headers = Readonly<Record<string, string>>;
const NEW: Headers = { "if-none-match": "*" };

const put = (path: string, text: string, headers: Headers, token = author) =>
  server.ask("/api/v1/document", { method: "PUT", token, body: { path, text }, headers });

const draft = (path: string, text: string) =>
  server.ask("/api/v1/document/check", { token: author, body: { path, text } });

const read = async (path: string) => {
  const answer = await server.ask(`/api/v1/document?${new URLSearchParams({ path })}`, {
    token: author,
  });
  return { text: answer.text, etag: answer.headers.get("etag") ?? "" };
};

const onDisk = (path: string) => readFileSync(join(demo.root, path), "utf8");
const named = (id: string) =>
  onDisk(RERANKER).replace(/^experiment_id:.*$/m, `experiment_id: ${id}`);

describe("a new document", () => {
  it("is written where the workspace looks for documents, once", async () => {
    const path = "experiments/us_mle_50.yaml";
    const made = await put(path, named("us_mle_50"), NEW);
    expect(made.json).toMatchObject({ path, kind: "registration", created: true });
    expect(onDisk(path)).toBe(named("us_mle_50"));
    const again = await put(path, named("us_mle_51"), NEW);
    expect([again.status, again.json.code]).toEqual([412, "DOCUMENT_CHANGED"]);
    expect(onDisk(path)).toBe(named("us_mle_50"));
    const registered = await server.ask("/api/v1/register", {
      token: author,
      body: { registration: path },
    });
    expect(registered.status).toBe(200);
  });

  it("of two at the same time is one", async () => {
    const path = "experiments/us_mle_52.yaml";
    const both = await Promise.all([
      put(path, named("us_mle_52"), NEW),
      put(path, `${named("us_mle_52")}# the other\n`, NEW),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it("under an idempotency key is written once and answered twice", async () => {
    const path = "experiments/us_mle_53.yaml";
    const headers = { ...NEW, "idempotency-key": "d-1" };
    const first = await put(path, named("us_mle_53"), headers);
    const second = await put(path, named("us_mle_53"), headers);
    expect(second.json).toEqual(first.json);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
  });

  it("goes nowhere else: not outside, not over rules, not into hidden folders, not through links", async () => {
    const outside = join(demo.root, "..", "elsewhere");
    mkdirSync(outside);
    symlinkSync(outside, join(demo.root, "experiments", "linked"));
    symlinkSync(join(outside, "target.yaml"), join(demo.root, "experiments", "link.yaml"));
    writeFileSync(
      join(demo.root, "plumbline.yaml"),
      "name: MangaAssist\ndocuments: ['**/*.yaml', '*.yml', 'experiments/*']\n",
    );
    const refused = [
      "../outside.yaml",
      "experiments/../../outside.yaml",
      join(demo.root, "experiments/x.yaml"),
      "C:\\x.yaml",
      "plumbline.yaml",
      "people.yaml",
      "access.yaml",
      "PEOPLE.yaml",
      "experiments/plumbline.yaml",
      ".github/workflow.yaml",
      ".plumbline/x.yaml",
      "node_modules/x.yaml",
      "experiments/.hidden.yaml",
      "experiments/x.json",
      "experiments/x",
      "experiments/linked/x.yaml",
      `experiments/${"x".repeat(300)}.yaml`,
      "experiments/a\u0000.yaml",
    ];
    for (const path of refused) {
      const answer = await put(path, named("us_mle_54"), NEW);
      expect([path, answer.status, answer.json.code]).toEqual([path, 400, "PATH_REFUSED"]);
      expect((await draft(path, named("us_mle_54"))).json.code).toBe("PATH_REFUSED");
      expect(answer.text).not.toContain(demo.root);
    }
    const link = await put("experiments/link.yaml", named("us_mle_54"), NEW);
    expect(link.json.code).toBe("DOCUMENT_FOREIGN");
    expect(readdirSync(outside)).toEqual([]);
    const below = await put("experiments/2026/q3.yaml", named("us_mle_54"), NEW);
    expect(below.status).toBe(200);
    rmSync(join(demo.root, "experiments", "linked"));
    rmSync(join(demo.root, "experiments", "link.yaml"));
    writeFileSync(join(demo.root, "plumbline.yaml"), "name: MangaAssist\n");
    const unlisted = await put("elsewhere/x.yaml", named("us_mle_55"), NEW);
    expect(unlisted.json.code).toBe("PATH_REFUSED");
  });
});

describe("a document that is there", () => {
  it("is replaced by whoever read the version that is there", async () => {
    const { text, etag } = await read(FRESH);
    const changed = text.replace("alpha: 0.05", "alpha: 0.04");
    const first = await put(FRESH, changed, { "if-match": etag });
    expect(first.json).toMatchObject({ created: false, kind: "registration" });
    expect(first.headers.get("etag")).toBe(first.json.etag);
    expect((await read(FRESH)).etag).toBe(first.json.etag);
    const late = await put(FRESH, text, { "if-match": etag });
    expect([late.status, late.json.code]).toEqual([412, "DOCUMENT_CHANGED"]);
    expect(onDisk(FRESH)).toBe(changed);
    const back = await put(FRESH, text, { "if-match": `"x", ${first.json.etag}` });
    expect(back.status).toBe(200);
  });

  it("is never replaced without a word about the version", async () => {
    for (const headers of [
      {},
      { "if-match": "*" },
      { "if-match": '"x", *' },
      { ...NEW, "if-match": '"x"' },
    ] as Headers[]) {
      const answer = await put(FRESH, onDisk(FRESH), headers);
      expect([answer.status, answer.json.code]).toEqual([428, "PRECONDITION_MISSING"]);
    }
    const gone = await put("experiments/none.yaml", named("us_mle_56"), { "if-match": '"x"' });
    expect(gone.status).toBe(412);
    expect(existsSync(join(demo.root, "experiments/none.yaml"))).toBe(false);
  });

  it("is none of ours, or none at all, and stays", async () => {
    const foreign = { "experiments/ci.yaml": "on: push\njobs: {}\n", "metrics/list.yaml": "- 1\n" };
    for (const [path, text] of Object.entries(foreign)) {
      writeFileSync(join(demo.root, path), text);
      const { etag } = await read(path);
      const answer = await put(path, named("us_mle_57"), { "if-match": etag });
      expect([answer.status, answer.json.code]).toEqual([409, "DOCUMENT_FOREIGN"]);
      expect(onDisk(path)).toBe(text);
      rmSync(join(demo.root, path));
    }
    writeFileSync(join(demo.root, "experiments/bytes.yaml"), Buffer.from([0xff, 0xfe, 0x41]));
    const bytes = await put("experiments/bytes.yaml", named("us_mle_57"), { "if-match": '"x"' });
    expect(bytes.json.code).toBe("DOCUMENT_FOREIGN");
    rmSync(join(demo.root, "experiments/bytes.yaml"));
  });

  it("that is broken can be mended", async () => {
    const path = "experiments/broken.yaml";
    writeFileSync(join(demo.root, path), "experiment_id: [\n");
    const { etag } = await read(path);
    const answer = await put(path, named("us_mle_58"), { "if-match": etag });
    expect(answer.status).toBe(200);
  });
});

describe("a document with errors", () => {
  it("is refused with their places, and nothing is written", async () => {
    const before = readdirSync(join(demo.root, "experiments"));
    const text = named("us_mle_60");
    const line = text.split("\n").findIndex((each) => each.startsWith("alpha:")) + 1;
    const bad = await put(
      "experiments/us_mle_60.yaml",
      text.replace("alpha: 0.05", "alpha: 5"),
      NEW,
    );
    expect([bad.status, bad.json.code]).toEqual([422, "DOCUMENTS_INVALID"]);
    expect(bad.json.problems).toContainEqual(
      expect.objectContaining({ file: "experiments/us_mle_60.yaml", line, column: 8 }),
    );
    const unknown = text.replace("turns_per_user_14d", "nobody_declared_this");
    const answer = await put("experiments/us_mle_60.yaml", unknown, NEW);
    expect(answer.json.problems[0].code).toBe("METRIC_UNKNOWN");
    const yaml = await put("experiments/us_mle_60.yaml", "a: [", NEW);
    expect(yaml.json.problems[0].code).toBe("YAML_SYNTAX");
    expect(readdirSync(join(demo.root, "experiments"))).toEqual(before);
  });

  it("takes no name of another experiment, wherever that file stands in the list", async () => {
    const text = onDisk(RERANKER);
    for (const path of ["experiments/aaa.yaml", "experiments/zzz.yaml"]) {
      const answer = await put(path, text, NEW);
      expect(answer.json.problems.map(({ code }: { code: string }) => code)).toContain(
        "NAME_DUPLICATE",
      );
    }
  });

  it("is judged as it is typed, as it would be when written, and nothing is written", async () => {
    const path = "experiments/us_mle_61.yaml";
    const good = await draft(path, named("us_mle_61"));
    expect(good.json).toMatchObject({ ok: true, kind: "registration" });
    const bad = await draft(path, named("us_mle_61").replace("power: 0.80", "power: 80"));
    expect(bad.json.ok).toBe(false);
    expect(bad.json.problems[0]).toMatchObject({ file: path, severity: "error" });
    expect((await draft(path, "")).json).toMatchObject({ ok: false, kind: null });
    const half = await draft(path, "a: \ud800");
    expect([half.status, half.json.code]).toEqual([400, "INPUT_INVALID"]);
    expect(existsSync(join(demo.root, path))).toBe(false);
    const own = await draft(RERANKER, onDisk(RERANKER));
    expect(own.json.ok).toBe(true);
  });

  it("and one of a megabyte is refused", async () => {
    const large = `${named("us_mle_62")}# ${"x".repeat(1_000_000)}\n`;
    const answer = await put("experiments/us_mle_62.yaml", large, NEW);
    expect(answer.json.problems[0].code).toBe("DOCUMENT_TOO_LARGE");
    expect(existsSync(join(demo.root, "experiments/us_mle_62.yaml"))).toBe(false);
  });
});

describe("people", () => {
  it("are listed with their roles and the fingerprints of their keys, and no key of the server's", async () => {
    const { json } = await server.ask("/api/v1/people", { token: author });
    expect(json.workspace).toBe("MangaAssist");
    expect(json.items.map(({ person }: { person: string }) => person)).toContain("Demo PM");
    const [first] = json.items;
    expect(first.keys[0]).toMatchObject({ current: true, from: null, until: null });
    expect(first.roles).toBeNull();
    const line = /- (\S+)/.exec(onDisk("people.yaml"))?.[1] ?? "";
    writeFileSync(
      join(demo.root, "people.yaml"),
      onDisk("people.yaml").replace(line, `{ key: "${line}", until: 2026-01-01 }`),
    );
    writeFileSync(join(demo.root, "plumbline.yaml"), "name: M\nroles: { pm: [Demo PM] }\n");
    const later = await server.ask("/api/v1/people", { token: author });
    expect(later.json.items[0]).toMatchObject({
      roles: ["pm"],
      keys: [{ current: false, until: "2026-01-01T00:00:00.000Z" }],
    });
    expect(later.json.items[1].roles).toEqual([]);
  });

  it("sign in with a link that an admin makes: once, as themselves, with the roles given and no more", async () => {
    const token = await server.token(["admin"]);
    const link = async (body: unknown) => server.ask("/api/v1/links", { token, body });
    const { json } = await link({ person: "Demo data scientist", roles: ["signer"] });
    expect(json.expires).toBe("2026-08-21T12:00:00.000Z");
    const path = json.url.slice(server.url.length);
    const signIn = await server.ask(path);
    expect(signIn.status).toBe(303);
    const cookie = (signIn.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
    const session = await server.ask("/api/v1/session", { headers: { cookie } });
    expect(session.json).toMatchObject({ person: "Demo data scientist", roles: ["signer"] });
    expect((await server.ask(path)).status).toBe(401);
    expect((await link({ person: "Nobody", roles: ["signer"] })).json.code).toBe("PERSON_UNKNOWN");
    expect((await link({ roles: [] })).json.code).toBe("INPUT_INVALID");
  });
});
