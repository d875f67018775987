import { expect, it } from "vitest";
import type { Experiment } from "../api/queries.js";
import { movesOf } from "./moves.js";

const version = { seq: 4 };
const everything = ["read", "look", "write", "sign", "operate"];

interface Given {
  readonly standing?: object;
  readonly unreadable?: boolean;
  readonly checks?: readonly object[];
  readonly permissions?: readonly string[];
}

function reasons({ standing = {}, unreadable = false, checks, permissions = everything }: Given) {
  const experiment = {
    path: "experiments/a.yaml",
    standing: {
      state: "unregistered",
      version: null,
      versions: [],
      changed: null,
      started: null,
      looks: [],
      ...standing,
    },
    missing: [{ role: "pm", holders: ["Ada"] }],
    checks: null,
    unreadable,
  } as unknown as Experiment;
  const moves = movesOf(experiment, (checks ?? null) as Experiment["checks"], permissions);
  return Object.fromEntries(Object.entries(moves).map(([name, { why }]) => [name, why]));
}

const registered = { state: "unsigned", version, versions: [version], changed: [] };
const locked = { ...registered, state: "locked" };

it("lets a new document be registered, and nothing after that", () => {
  expect(reasons({})).toMatchObject({ edit: null, register: null, start: "It is not registered." });
  expect(reasons({}).amend).toMatch(/not registered/);
  expect(reasons({ unreadable: true }).register).toMatch(/has errors/);
});

it("lets what was registered and changed be amended, and not started", () => {
  const changed = { ...locked, changed: [{ path: "alpha" }] };
  expect(reasons({ standing: changed })).toMatchObject({ amend: null });
  expect(reasons({ standing: changed }).start).toMatch(/not what was registered/);
  expect(reasons({ standing: locked }).amend).toMatch(/says what was registered/);
  expect(reasons({ standing: locked }).register).toBe("It is registered, as entry 4.");
});

it("lets what is locked be started once, unless a check failed", () => {
  expect(reasons({ standing: registered }).start).toBe("Not signed by: pm (Ada).");
  expect(reasons({ standing: locked }).start).toBeNull();
  const checks = [
    { status: "passed", sentence: "Fine." },
    { status: "failed", sentence: "The guardrails are in no commit." },
  ];
  expect(reasons({ standing: locked, checks }).start).toBe("The guardrails are in no commit.");
  const started = { ...locked, started: { seq: 9, at: "2026-07-01T00:00:00.000Z" } };
  expect(reasons({ standing: started }).start).toBe("It started on 2026-07-01, as entry 9.");
});

it("asks for the right to each", () => {
  const own = reasons({ standing: locked, permissions: ["read", "sign"] });
  for (const name of ["edit", "register", "amend"]) expect(own[name]).toMatch(/author or admin/);
  expect(own.start).toMatch(/operator or admin/);
});
