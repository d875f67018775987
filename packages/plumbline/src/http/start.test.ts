// `npm start` as its script, on little data: the verdict, then the console, signed in to by the printed link, and a clean end.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));

it("npm start ends with the console open, and stops when told to", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-start-"));
  const child = spawn(
    process.execPath,
    ["scripts/start.mjs", "--users", "2000", "--directory", join(folder, "demo"), "--no-open"],
    { cwd: repository, stdio: ["ignore", "pipe", "pipe"] },
  );
  try {
    let output = "";
    const closed = new Promise<number | null>((done) => child.on("close", done));
    const link = await new Promise<string>((done, failed) => {
      const read = (part: Buffer) => {
        output += part;
        const found = /(http\S+\/sign-in\?token=\S+)\n/.exec(output)?.[1];
        if (found !== undefined) done(found);
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      void closed.then(() => failed(new Error(output)));
    });
    expect(output).toContain("us_mle_02_reranker_l6_to_l12_2026q3");
    const { origin } = new URL(link);
    const signIn = await fetch(link, { redirect: "manual" });
    const cookie = signIn.headers
      .getSetCookie()
      .map((each) => each.split(";", 1)[0])
      .join("; ");
    const session = await fetch(`${origin}/api/v1/session`, { headers: { cookie } });
    expect(await session.json()).toMatchObject({ name: "sign-in link" });
    const page = await fetch(`${origin}/launches`, { headers: { accept: "text/html" } });
    expect(await page.text()).toContain("<title>Plumbline");
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await closed).toBe(0);
    expect(output).toContain("Stopped.");
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
