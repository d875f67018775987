import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkWorkspace, loadExperiment } from "./check.js";
import { globToRegExp } from "./glob.js";
import { formatProblem } from "./problem.js";
import { problemOfWarehouse } from "./subject.js";
import { temporaryFolder } from "./testing/folder.js";

/** The registration of the foundations (Primitive 3), unchanged. */
const SOURCE = readFileSync(new URL("testing/registration.yaml", import.meta.url), "utf8");

const LIBRARY = `sources:
  users: {files: users.csv, grain: unit, unit: user_id, time: at, how_to_get: Ask the data team.}
metrics:
  spend: {kind: mean, source: users, value: spend, direction: higher_is_better}
  visits:
    kind: mean
    source: users
    value: visits
    direction: higher_is_better
`;
const REGISTRATION = `experiment_id: e1
hypothesis: {h0: same, h1: better}
primary_metric:
  name: spend
mde_relative: 0.02
randomization_unit: user_id
exposure:
  source: users
  arm: variant
cohorts:
  dimensions:
    locale:
      levels: [EN, JP]
`;
const WORKSPACE = "name: team\n";

const workspace = (files: Record<string, string> = {}) =>
  temporaryFolder({
    "plumbline.yaml": WORKSPACE,
    "metrics/m.yaml": LIBRARY,
    "experiments/e.yaml": REGISTRATION,
    ...files,
  });

const lines = (root: string, path = root) =>
  checkWorkspace(path).problems.map((problem) => formatProblem(problem, root));

describe("the registration of the source", () => {
  it("is valid as it stands, in a folder without a workspace, with a note", () => {
    const root = temporaryFolder({ "us_mle_02.yaml": SOURCE });
    const checked = checkWorkspace(join(root, "us_mle_02.yaml"));
    expect(checked).toMatchObject({ ok: true, problems: [], root: null });
    expect(checked.notes).toHaveLength(1);
  });

  it("is valid in a workspace that knows none of its metrics, with a warning", () => {
    const root = workspace({ "experiments/us.yaml": SOURCE });
    const { ok, problems } = checkWorkspace(root);
    expect(ok).toBe(true);
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
      ["EXPOSURE_MISSING", "warning"],
    ]);
  });

  it("is read with its evidence file", () => {
    const evidence = `kind: evidence
experiment_id: us_mle_02_reranker_l6_to_l12_2026q3
arms: {control: {n: 18420}, treatment: {n: 18420}}
results:
  - {metric: useful_answer_rate_per_user_14d, estimate_relative: 0.06, p_value: "<0.001"}
`;
    const root = workspace({
      "experiments/us.yaml": SOURCE,
      "experiments/us.evidence.yaml": evidence,
    });
    expect(checkWorkspace(root)).toMatchObject({ ok: true, problems: [] });
    const { resolved } = loadExperiment(
      join(root, "experiments/us.yaml"),
      join(root, "experiments/us.evidence.yaml"),
    );
    expect(resolved?.evidence?.value.results[0]?.p_value).toEqual({ value: 0.001, bound: true });
    expect(resolved).toMatchObject({ plan: null, study: { unit: "user_id" } });
  });
});

describe("a workspace", () => {
  it("is found from a folder inside it, and counted", () => {
    const root = workspace();
    const checked = checkWorkspace(join(root, "experiments"));
    expect(checked).toMatchObject({
      root,
      ok: true,
      problems: [],
      counts: { documents: 3, registrations: 1, metrics: 2, sources: 1, evidence: 0 },
    });
  });

  it("resolves a study whose sources lie in the data folder", () => {
    const root = workspace({ "plumbline.yaml": "name: team\ndata: ../data\n" });
    const { resolved, problems } = loadExperiment(join(root, "experiments/e.yaml"), null);
    expect(problems).toEqual([]);
    expect(resolved?.plan?.sources[0]?.files).toEqual([join(root, "../data/users.csv")]);
  });

  it("reports every problem of every file at once, in order of place", () => {
    const root = workspace({
      "metrics/m.yaml": LIBRARY.replace("value: visits", "value: visits +"),
      "experiments/e.yaml": REGISTRATION.replace(
        "mde_relative: 0.02",
        "mde_relativ: 0.02\nalpha: 5",
      ),
      "experiments/f.yaml": "a: 1\na: 2\n",
    });
    expect(lines(root)).toEqual([
      'experiments/e.yaml:5:1  FIELD_UNKNOWN  mde_relativ is not a known key.  Did you mean "mde_relative"?',
      "experiments/e.yaml:6:8  FIELD_INVALID  alpha: must be less than 1 (write 5 % as 0.05).  Change the value.",
      "experiments/f.yaml:2:1  YAML_DUPLICATE_KEY  Map keys must be unique.  Keep one of the two.",
      "metrics/m.yaml:8:20  EXPRESSION_INVALID  Expected a column, a number or a text, found the end.  Complete the expression here.",
    ]);
  });

  it.each<[string, Record<string, string>, string[]]>([
    [
      "a metric that does not exist",
      { "experiments/e.yaml": REGISTRATION.replace("name: spend", "name: spent") },
      [
        'experiments/e.yaml:4:9  METRIC_UNKNOWN  There is no metric "spent".  Did you mean "spend"?',
      ],
    ],
    [
      "a source that does not exist",
      { "metrics/m.yaml": LIBRARY.replace("source: users, value", "source: user, value") },
      ['metrics/m.yaml:4:31  SOURCE_UNKNOWN  There is no source "user".  Did you mean "users"?'],
    ],
    [
      "an outcome as a cohort",
      { "experiments/e.yaml": REGISTRATION.replace("levels:", "column: visits\n      levels:") },
      [
        'experiments/e.yaml:13:15  COHORT_AFTER_EXPOSURE  "visits" is an outcome of the metric "visits", so cohorts by it are decided after exposure.  Use a value known before exposure, or remove the dimension.',
      ],
    ],
    [
      "a cohort filter over no declared dimension",
      {
        "metrics/m.yaml": LIBRARY.replace(
          "    value: visits",
          "    value: visits\n    cohort: {local: JP}",
        ),
        "experiments/e.yaml": `${REGISTRATION}secondary_metrics:\n  - name: visits\n`,
      },
      [
        'metrics/m.yaml:9:14  DIMENSION_UNKNOWN  "visits" is filtered by "local", which is no cohort dimension of "e1".  Did you mean "locale"?',
      ],
    ],
    [
      "one experiment twice",
      { "experiments/f.yaml": REGISTRATION },
      [
        `experiments/f.yaml:1:1  NAME_DUPLICATE  The experiment "e1" is also declared in ROOT/experiments/e.yaml, line 1.  Keep one of them, or rename one.`,
      ],
    ],
    [
      "a role that nobody holds",
      {
        "plumbline.yaml": "name: t\nroles: {pm: [Aiko]}\n",
        "experiments/e.yaml": `${REGISTRATION}pre_registration: {signed_off_by: [pn]}\n`,
      },
      ['experiments/e.yaml:14:36  ROLE_UNKNOWN  There is no role "pn".  Did you mean "pm"?'],
    ],
    [
      "a document of no kind",
      { "experiments/f.yaml": "hello: world\n", "metrics/n.yaml": "kind: metric\n" },
      [
        "experiments/f.yaml:1:1  DOCUMENT_KIND_UNKNOWN  It cannot be told what kind of document this is.  Add kind: registration, metrics, evidence, override_review or portfolio.",
        'metrics/n.yaml:1:7  DOCUMENT_KIND_UNKNOWN  There is no kind of document "metric".  Did you mean "metrics"?',
      ],
    ],
    [
      "evidence for no experiment",
      {
        "experiments/f.yaml":
          "experiment_id: e2\narms: {control: {n: 1}, treatment: {n: 1}}\nresults: [{metric: spend, estimate_relative: 0}]\n",
      },
      [
        'experiments/f.yaml:1:16  EXPERIMENT_UNKNOWN  There is no registration of "e2".  Did you mean "e1"?',
      ],
    ],
  ])("refuses %s", (_, files, expected) => {
    const root = workspace(files);
    expect(lines(root)).toEqual(expected.map((line) => line.replace("ROOT", root)));
  });

  it("does not blame a registration for a library that cannot be read", () => {
    const root = workspace({ "metrics/m.yaml": `${LIBRARY}    aggregat: sum\n` });
    const checked = checkWorkspace(root);
    expect(checked.problems.map(({ code }) => code)).toEqual(["FIELD_UNKNOWN"]);
    expect(checked.notes).toHaveLength(1);
    const loaded = loadExperiment(join(root, "experiments/e.yaml"), null);
    expect(loaded.resolved).toBeNull();
    expect(loaded.problems.map(({ code }) => code)).toContain("FIELD_UNKNOWN");
  });

  it("leaves the problems of other experiments out of one file's check and readout", () => {
    const root = workspace({ "experiments/broken.yaml": "experiment_id: [\n" });
    const file = join(root, "experiments/e.yaml");
    expect(checkWorkspace(file).problems).toEqual([]);
    expect(loadExperiment(file, null).resolved).not.toBeNull();
  });

  it("reads nothing out under a workspace file or a library that has errors", () => {
    const broken = { "plumbline.yaml": "name: t\ndefaults: {alpha: 5}\n" };
    const file = (root: string) => join(root, "experiments/e.yaml");
    const first = loadExperiment(file(workspace(broken)), null);
    expect([first.resolved, first.problems.map(({ code }) => code)]).toEqual([
      null,
      ["FIELD_INVALID"],
    ]);
    const twin = { "metrics/n.yaml": LIBRARY };
    const second = loadExperiment(file(workspace(twin)), null);
    expect(second.resolved).toBeNull();
    expect(new Set(second.problems.map(({ code }) => code))).toEqual(new Set(["NAME_DUPLICATE"]));
  });

  it("says where there is none", () => {
    const root = temporaryFolder();
    expect(checkWorkspace(root).problems[0]?.code).toBe("WORKSPACE_MISSING");
    expect(checkWorkspace(join(root, "absent.yaml")).problems[0]?.code).toBe("FILE_UNREADABLE");
  });

  it("refuses bytes that are not text, and prints no control character", () => {
    const root = temporaryFolder({
      "plumbline.yaml": WORKSPACE,
      "experiments/a.yaml": Buffer.from([0xff, 0xfe, 0x00]),
      "experiments/b.yaml": 'experiment_id: "a\\e[31m"\nhypothesis: 3\n"\\e[2J": 1\n',
    });
    const printed = lines(root);
    expect(printed[0]).toContain("DOCUMENT_ENCODING");
    expect(printed.join("")).not.toContain("\u001b");
  });
});

describe("an error of the warehouse", () => {
  const at = (
    subject: Parameters<typeof problemOfWarehouse>[0]["subject"],
    code = "COLUMN_MISSING",
  ) => {
    const root = workspace();
    const loaded = loadExperiment(join(root, "experiments/e.yaml"), null);
    if (!loaded.resolved || !loaded.workspace) throw new Error("this workspace is valid");
    const error = { code, message: "m", mend: "n", subject };
    return formatProblem(problemOfWarehouse(error, loaded.resolved, loaded.workspace), root);
  };
  it.each([
    [{ source: "users", column: "variant" }, "experiments/e.yaml:9:8"],
    [{ source: "users", column: "user_id" }, "metrics/m.yaml:2:48"],
    [
      { metric: "visits", source: "users", column: "visits", expression: "value" },
      "metrics/m.yaml:8:12",
    ],
    [{ dimension: "locale", level: "JP" }, "experiments/e.yaml:13:20"],
    [{ arm: "treatment" }, "experiments/e.yaml:9:8"],
    [{}, "experiments/e.yaml:1:1"],
  ])("about %j is placed", (subject, place) => {
    expect(at(subject)).toBe(`${place}  COLUMN_MISSING  m  n`);
  });

  it("says how an absent file is had", () => {
    expect(at({ source: "users", file: "/x/users.csv" }, "FILE_MISSING")).toBe(
      "metrics/m.yaml:2:18  FILE_MISSING  m  Ask the data team.",
    );
  });
});

describe("patterns", () => {
  it.each([
    ["metrics/*.yaml", "metrics/a.yaml", true],
    ["metrics/*.yaml", "metrics/b/a.yaml", false],
    ["**/*.yaml", "a.yaml", true],
    ["**/*.yaml", "x/y/a.yaml", true],
    ["a?.yaml", "a1.yaml", true],
    ["a.yaml", "axyaml", false],
    ["(a+)+.yaml", "(a+)+.yaml", true],
  ])("%s against %s", (glob, path, expected) => {
    expect(globToRegExp(glob).test(path)).toBe(expected);
  });
});

describe("two hundred documents", () => {
  it("are checked within a second", () => {
    const files: Record<string, string> = {};
    for (let at = 0; at < 199; at += 1) {
      files[`experiments/x${at}.yaml`] = SOURCE.replace("us_mle_02_reranker", `x${at}_reranker`);
    }
    const root = workspace(files);
    const start = performance.now();
    const checked = checkWorkspace(root);
    const elapsed = performance.now() - start;
    expect(checked.counts.registrations).toBe(200);
    // The promise is 1 s on an idle machine; a busy one is given room.
    expect(elapsed).toBeLessThan(3000);
  });
});
