import { readFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import {
  decide,
  type Evidence,
  type EvidenceDocument,
  estimate,
  evidenceFromSummaries,
  type MatureShare,
  type Study,
  shownEvidence,
  type Verdict,
} from "@plumbline/primitives";
import type { MomentPlan, MomentResult } from "@plumbline/stats";
import { loadExperiment } from "../../documents/check.js";
import { hasErrors } from "../../documents/problem.js";
import type { ResolvedRegistration, Workspace } from "../../documents/workspace.js";
import { PlumbError } from "../../errors.js";
import { DocumentsError } from "../documents-error.js";
import type { OperationContext } from "../operation.js";
import { type Exploration, readExploring, shownExploration } from "./explore.js";
import { evidenceRegistration, lockOf } from "./lock.js";
import { matureShares } from "./mature-shares.js";
import {
  describeSources,
  type EngineSettings,
  explainPlan,
  readPlan,
  type Statement,
} from "./warehouse.js";
import { asOfInstant, type Exposures, evidenceTiming, summaryTiming } from "./when.js";

export interface ReadoutRequest {
  /** Absolute paths. */
  readonly registration: string;
  readonly evidence: string | null;
  readonly threads: number | null;
  readonly memoryLimit: string | null;
  /** `day_7` or ISO 8601: the data as they were then. Null: as they are now. */
  readonly asOf: string | null;
  /** Cuts to show beside the registered ones: `country`, `country*device`. */
  readonly explore: readonly string[];
}

export interface Decided {
  readonly study: Study;
  /** As estimated; the verdict follows from it. */
  readonly evidence: Evidence;
  /** As it may be shown at this moment of the plan. */
  readonly shown: Evidence;
  /** Cuts that nobody declared, as they may be shown; null: none was asked for. */
  readonly explored: Exploration | null;
  /** The experiment is registered in the workspace's ledger. */
  readonly registered: boolean;
  readonly verdict: Verdict;
  readonly statements: readonly { readonly purpose: string; readonly sql: string }[];
  readonly registrationText: string;
  readonly registrationPath: string;
  readonly dataDescription: string;
  /** What the evidence was computed from; its hash is what a recorded look holds. */
  readonly seen:
    | { readonly kind: "moments"; readonly moments: MomentResult }
    | { readonly kind: "summaries"; readonly document: EvidenceDocument };
}

interface Loaded {
  readonly workspace: Workspace | null;
  readonly resolved: ResolvedRegistration;
  readonly study: Study;
}

function load(request: ReadoutRequest): Loaded {
  const { workspace, resolved, problems } = loadExperiment(request.registration, request.evidence);
  if (hasErrors(problems) || !resolved?.study) {
    throw new DocumentsError(problems.filter(({ severity }) => severity === "error"));
  }
  return { workspace, resolved, study: resolved.study };
}

function settings(request: ReadoutRequest, workspace: Workspace | null): EngineSettings {
  const engine = workspace?.config.engine;
  return {
    threads: request.threads ?? engine?.threads ?? null,
    memoryLimit: request.memoryLimit ?? engine?.memory_limit ?? null,
  };
}

function planOf({ resolved }: Loaded): MomentPlan {
  if (resolved.plan) return resolved.plan;
  throw new PlumbError(
    "NO_EVIDENCE",
    `${resolved.study?.experimentId ?? "The experiment"} declares no exposure source, so there are no data to read.`,
    "Add exposure: to the registration, with the source and the column of the arm, or pass --evidence FILE with summary statistics.",
  );
}

/** The SQL of the readout, without running it (the engine is asked for the columns' types only). */
export async function explainExperiment(
  request: ReadoutRequest,
): Promise<{ purpose: string; sql: string }[]> {
  if (request.explore.length > 0) {
    throw new PlumbError(
      "EXPLORE_UNSUITED",
      "The SQL of exploratory cuts depends on the levels in the data, and --explain reads no row.",
      "Leave --explain out: the report and --json hold the SQL that ran.",
    );
  }
  const loaded = load(request);
  const plan = planOf(loaded);
  return explainPlan(plan, loaded, settings(request, loaded.workspace));
}

interface Read {
  readonly estimated: Evidence;
  readonly explored: Exploration | null;
  readonly exposures: Exposures;
  /** The moment read; null: the evidence file does not say. */
  readonly at: string | null;
  readonly mature: readonly MatureShare[];
  /** An evidence file's own word on the day; null: none. */
  readonly statedDay: number | null;
  readonly statements: Decided["statements"];
  readonly seen: Decided["seen"];
  readonly dataDescription: string;
}

function fromSummaries(
  { study, workspace, resolved }: Loaded,
  request: ReadoutRequest,
): Read | null {
  const { evidence, plan } = resolved;
  if (!evidence || (request.evidence === null && plan !== null)) return null;
  const base = workspace?.root ?? dirname(request.registration);
  const { value, yaml } = evidence;
  const platform = value.platform ? ` (${value.platform})` : "";
  return {
    estimated: evidenceFromSummaries(study, value),
    explored: null,
    exposures: { first: null, last: null },
    at: null,
    mature: [],
    statedDay: value.day ?? null,
    statements: [],
    seen: { kind: "summaries", document: value },
    dataDescription: `Summary statistics from ${relative(base, yaml.file)}${platform}`,
  };
}

async function fromWarehouse(
  context: OperationContext,
  request: ReadoutRequest,
  loaded: Loaded,
): Promise<Read> {
  const { study, workspace } = loaded;
  const base = workspace?.root ?? dirname(request.registration);
  const now = context.now();
  const asOf = asOfInstant(study, request.asOf, now);
  const at = asOf ?? now.toISOString();
  const whole = planOf(loaded);
  const plan = asOf === null ? whole : { ...whole, exposure: { ...whole.exposure, asOf } };
  const statements: Statement[] = [];
  const read = async (asked: MomentPlan): Promise<MomentResult> => {
    const found = await readPlan(context, asked, loaded, settings(request, workspace));
    statements.push(...found.statements);
    return found.result;
  };
  const { result, explored } = await readExploring(study, plan, request.explore, {
    describe: () => describeSources(plan, loaded, settings(request, workspace)),
    read,
  });
  const files = [...new Set(plan.sources.flatMap((source) => source.files))]
    .map((file) => relative(base, file))
    .join(", ");
  const units = Number(result.quality.units).toLocaleString("en-US");
  const until = asOf === null ? "" : `, as of ${asOf}`;
  const mature = await matureShares(study, plan, result, at, read);
  return {
    estimated: estimate(study, plan, result),
    explored,
    exposures: { first: result.quality.firstExposure, last: result.quality.lastExposure },
    mature,
    at,
    statedDay: null,
    statements,
    seen: { kind: "moments", moments: result },
    dataDescription: `${units} units (${study.unit}) exposed, from ${files}${until}`,
  };
}

function refuseOfSummaries(request: ReadoutRequest, summaries: Read | null): void {
  if (summaries === null) return;
  if (request.explore.length > 0) {
    throw new PlumbError(
      "EXPLORE_NO_ROWS",
      "An evidence file holds summary statistics and no rows, so no further cut can be read from it.",
      "Leave --explore out, or read the registration's data.",
    );
  }
  if (request.asOf === null) return;
  throw new PlumbError(
    "AS_OF_INVALID",
    "An evidence file holds figures of one moment; it cannot be read as of another.",
    "Leave --as-of out, and write day: in the evidence file.",
  );
}

/** Documents and data in, a verdict out. Throws coded errors only for what the caller can mend. */
export async function decideExperiment(
  context: OperationContext,
  request: ReadoutRequest,
): Promise<Decided> {
  const loaded = load(request);
  const { study, workspace } = loaded;
  const summaries = fromSummaries(loaded, request);
  refuseOfSummaries(request, summaries);
  const read = summaries ?? (await fromWarehouse(context, request, loaded));
  const lock = await lockOf(request.registration, workspace, read.exposures.first);
  const standing = lock?.standing ?? null;
  const now = context.now().toISOString();
  const evidence: Evidence = {
    ...read.estimated,
    timing:
      read.at === null
        ? summaryTiming(study, read.statedDay, now, standing)
        : evidenceTiming(study, read.exposures, read.at, standing, read.mature),
    registration: evidenceRegistration(lock),
  };
  const base = workspace?.root ?? resolve(dirname(request.registration));
  return {
    study,
    evidence,
    shown: shownEvidence(study, evidence),
    explored: read.explored && shownExploration(study, evidence, read.explored),
    registered: standing !== null && standing.state !== "unregistered",
    verdict: decide(study, evidence),
    statements: read.statements,
    seen: read.seen,
    dataDescription: read.dataDescription,
    registrationText: await readFile(request.registration, "utf8"),
    registrationPath: relative(base, request.registration),
  };
}
