/** An experiment whose data are to be read: its study, its plan, and the moment. */
import type { Study } from "@plumbline/primitives";
import type { MomentPlan, MomentResult } from "@plumbline/stats";
import { loadExperiment } from "../../documents/check.js";
import { hasErrors } from "../../documents/problem.js";
import type { ResolvedRegistration, Workspace } from "../../documents/workspace.js";
import { PlumbError } from "../../errors.js";
import { DocumentsError } from "../documents-error.js";
import type { OperationContext } from "../operation.js";
import { readPlan } from "../readout/warehouse.js";
import { asOfInstant } from "../readout/when.js";

export interface LoadedExperiment {
  readonly workspace: Workspace | null;
  readonly resolved: ResolvedRegistration;
  readonly study: Study;
  /** Cut at the moment asked for, if one is. */
  readonly plan: MomentPlan;
  /** The moment read, ISO 8601, UTC. */
  readonly at: string;
}

/** @throws DocumentsError; PlumbError NO_EVIDENCE where the registration declares no data, AS_OF_INVALID. */
export function loadData(
  context: OperationContext,
  registration: string,
  asOf: string | null,
): LoadedExperiment {
  const { workspace, resolved, problems } = loadExperiment(registration, null);
  if (hasErrors(problems) || !resolved?.study) {
    throw new DocumentsError(problems.filter(({ severity }) => severity === "error"));
  }
  const { study, plan } = resolved;
  if (plan === null) {
    throw new PlumbError(
      "NO_EVIDENCE",
      `${study.experimentId} declares no exposure source, so there are no data to read.`,
      "Add exposure: to the registration, with the source and the column of the arm.",
    );
  }
  const cut = asOfInstant(study, asOf, context.now());
  return {
    workspace,
    resolved,
    study,
    plan: cut === null ? plan : { ...plan, exposure: { ...plan.exposure, asOf: cut } },
    at: cut ?? context.now().toISOString(),
  };
}

export async function readData(
  context: OperationContext,
  { workspace, resolved }: LoadedExperiment,
  plan: MomentPlan,
): Promise<MomentResult> {
  const engine = workspace?.config.engine;
  const { result } = await readPlan(
    context,
    plan,
    { workspace, resolved },
    { threads: engine?.threads ?? null, memoryLimit: engine?.memory_limit ?? null },
  );
  return result;
}

/** The same exposures with nothing measured on them: who came when. */
export function exposuresOf(plan: MomentPlan): MomentPlan {
  const sources = plan.sources.filter(({ id }) => id === plan.exposure.source);
  return { ...plan, sources, dimensions: [], metrics: [] };
}
