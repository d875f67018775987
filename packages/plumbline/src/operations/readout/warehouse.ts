import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { MomentPlan, MomentResult } from "@plumbline/stats";
import type { DuckDbEngine, SourceColumns } from "@plumbline/warehouse";
import { problemOfWarehouse } from "../../documents/subject.js";
import type { ResolvedRegistration, Workspace } from "../../documents/workspace.js";
import { DocumentsError } from "../documents-error.js";
import type { OperationContext } from "../operation.js";
import { refuseFinerUnits } from "./unit-of-analysis.js";

export interface EngineSettings {
  readonly threads: number | null;
  readonly memoryLimit: string | null;
}

/** The documents a failure of the data is placed in. */
export interface Documents {
  readonly workspace: Workspace | null;
  readonly resolved: ResolvedRegistration;
}

export interface Statement {
  readonly purpose: string;
  readonly sql: string;
}

const GLOB = /[*?[{]/;

/** The folders a plan's files lie in: all that the engine may read. */
function folders(plan: MomentPlan): string[] {
  const fixed = plan.sources.flatMap(({ files }) =>
    files.map((file) => {
      let folder = dirname(file);
      while (GLOB.test(folder)) folder = dirname(folder);
      return folder;
    }),
  );
  return [...new Set(fixed)];
}

/** Opens an engine for the plan, uses it, and leaves nothing behind; data errors get a place in a document. */
async function withEngine<Result>(
  plan: MomentPlan,
  documents: Documents,
  settings: EngineSettings,
  use: (engine: DuckDbEngine) => Promise<Result>,
): Promise<Result> {
  const { openDuckDb, WarehouseError } = await import("@plumbline/warehouse");
  const tempDirectory = await mkdtemp(join(tmpdir(), "plumbline-"));
  try {
    const engine = await openDuckDb({
      allowedDirectories: folders(plan),
      tempDirectory,
      ...(settings.threads === null ? {} : { threads: settings.threads }),
      ...(settings.memoryLimit === null ? {} : { memoryLimit: settings.memoryLimit }),
    });
    try {
      return await use(engine);
    } finally {
      engine.close();
    }
  } catch (error) {
    const { workspace, resolved } = documents;
    if (!(error instanceof WarehouseError) || workspace === null) throw error;
    if (error.code === "INTERRUPTED" || error.code === "ENGINE_FAILED") throw error;
    throw new DocumentsError([problemOfWarehouse(error, resolved, workspace)]);
  } finally {
    await rm(tempDirectory, { recursive: true, force: true });
  }
}

/** Runs the plan. Only cells come back. */
export async function readPlan(
  context: OperationContext,
  plan: MomentPlan,
  documents: Documents,
  settings: EngineSettings,
): Promise<{ result: MomentResult; statements: readonly Statement[] }> {
  const { readMoments } = await import("@plumbline/warehouse");
  let shown = 0;
  return withEngine(plan, documents, settings, async (engine) => {
    const read = await readMoments(engine, plan, {
      signal: context.signal,
      onProgress: (share) => {
        const percent = Math.floor(share * 10) * 10;
        if (percent > shown) context.progress(`reading: ${percent} %`);
        shown = Math.max(shown, percent);
      },
    });
    await refuseFinerUnits(engine, plan, documents);
    return read;
  });
}

/** The statements as they would run; asks the engine for the types of columns, reads no row. */
export async function explainPlan(
  plan: MomentPlan,
  documents: Documents,
  settings: EngineSettings,
): Promise<Statement[]> {
  const { compile } = await import("@plumbline/warehouse");
  return withEngine(plan, documents, settings, async (engine) => {
    const columns: Record<string, SourceColumns[string]> = {};
    for (const source of plan.sources) columns[source.id] = await engine.describe(source);
    return compile(plan, columns).statements.map(({ purpose, sql }) => ({ purpose, sql }));
  });
}

/** The names of the columns of each source, by source id; reads no row beyond what that takes. */
export async function describeSources(
  plan: MomentPlan,
  documents: Documents,
  settings: EngineSettings,
): Promise<ReadonlyMap<string, readonly string[]>> {
  return withEngine(plan, documents, settings, async (engine) => {
    const found = new Map<string, readonly string[]>();
    for (const source of plan.sources) {
      found.set(
        source.id,
        (await engine.describe(source)).map(({ name }) => name),
      );
    }
    return found;
  });
}
