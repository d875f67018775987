import { readFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import {
  decide,
  type Evidence,
  type EvidenceDocument,
  estimate,
  evidenceFromSummaries,
  type Study,
  type Verdict,
} from "@plumbline/primitives";
import type { MomentPlan, MomentResult } from "@plumbline/stats";
import { loadExperiment } from "../../documents/check.js";
import { hasErrors } from "../../documents/problem.js";
import type { ResolvedRegistration, Workspace } from "../../documents/workspace.js";
import { PlumbError } from "../../errors.js";
import { DocumentsError } from "../documents-error.js";
import type { OperationContext } from "../operation.js";
import { type EngineSettings, explainPlan, readPlan } from "./warehouse.js";

export interface ReadoutRequest {
  /** Absolute paths. */
  readonly registration: string;
  readonly evidence: string | null;
  readonly threads: number | null;
  readonly memoryLimit: string | null;
}

export interface Decided {
  readonly study: Study;
  readonly evidence: Evidence;
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
  const loaded = load(request);
  const plan = planOf(loaded);
  return explainPlan(plan, loaded, settings(request, loaded.workspace));
}

async function evidenceOf(
  context: OperationContext,
  request: ReadoutRequest,
  loaded: Loaded,
): Promise<Pick<Decided, "evidence" | "statements" | "dataDescription" | "seen">> {
  const { resolved, study, workspace } = loaded;
  const base = workspace?.root ?? dirname(request.registration);
  if (resolved.evidence && (request.evidence !== null || resolved.plan === null)) {
    const { value, yaml } = resolved.evidence;
    const platform = value.platform ? ` (${value.platform})` : "";
    return {
      evidence: evidenceFromSummaries(study, value),
      statements: [],
      seen: { kind: "summaries", document: value },
      dataDescription: `Summary statistics from ${relative(base, yaml.file)}${platform}`,
    };
  }
  const plan = planOf(loaded);
  const { result, statements } = await readPlan(
    context,
    plan,
    loaded,
    settings(request, workspace),
  );
  const files = [...new Set(plan.sources.flatMap((source) => source.files))]
    .map((file) => relative(base, file))
    .join(", ");
  const units = Number(result.quality.units).toLocaleString("en-US");
  return {
    evidence: estimate(study, plan, result),
    statements,
    seen: { kind: "moments", moments: result },
    dataDescription: `${units} units (${study.unit}) exposed, from ${files}`,
  };
}

/** Documents and data in, a verdict out. Throws coded errors only for what the caller can mend. */
export async function decideExperiment(
  context: OperationContext,
  request: ReadoutRequest,
): Promise<Decided> {
  const loaded = load(request);
  const read = await evidenceOf(context, request, loaded);
  const base = loaded.workspace?.root ?? resolve(dirname(request.registration));
  return {
    ...read,
    study: loaded.study,
    verdict: decide(loaded.study, read.evidence),
    registrationText: await readFile(request.registration, "utf8"),
    registrationPath: relative(base, request.registration),
  };
}
