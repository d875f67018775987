import { finerUnits } from "@plumbline/primitives";
import type { MomentPlan } from "@plumbline/stats";
import type { DuckDbEngine } from "@plumbline/warehouse";
import { locateSubject } from "../../documents/subject.js";
import type { ResolvedRegistration, Workspace } from "../../documents/workspace.js";
import { DocumentsError } from "../documents-error.js";

/**
 * Refuses data whose units were randomised in groups. Asked of the column that the source declares as cluster, and of
 * the randomisation unit where that is another column than the unit's; elsewhere no row is read for it.
 */
export async function refuseFinerUnits(
  engine: DuckDbEngine,
  plan: MomentPlan,
  documents: { readonly workspace: Workspace | null; readonly resolved: ResolvedRegistration },
): Promise<void> {
  const { workspace, resolved } = documents;
  const { registration, study } = resolved;
  if (workspace === null || study === null) return;
  const { readClusters } = await import("@plumbline/warehouse");
  const { source } = plan.exposure;
  const declared = workspace.library.sources[source];
  const randomised = registration.value.randomization_unit;
  const columns = new Set([randomised, declared?.cluster].filter((each) => each !== undefined));
  const metric = study.primary.metric.name;
  for (const column of columns) {
    if (column === (declared?.unit ?? null)) continue;
    const groups = await readClusters(engine, plan, column, metric);
    if (groups === null) continue;
    const unit = declared?.unit ? `values of ${declared.unit}` : "rows";
    const found = finerUnits({ column, declared: column === randomised, unit, metric, groups });
    if (found === null) continue;
    const { message, mend } = found;
    throw new DocumentsError([
      {
        ...locateSubject({ source, column: declared?.unit ?? "" }, resolved, workspace),
        code: "UNIT_NOT_RANDOMISED",
        severity: "error",
        message,
        mend,
      },
    ]);
  }
}
