// Names the test files whose worker process died under them: the runner itself only says that one did.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const lostFile = join(import.meta.dirname, "..", "artefacts", "lost-workers.json");

const workerDied = (error) =>
  [error?.message, error?.cause?.message].some((text) => /Worker .*(exited|emitted)/i.test(text));

export default class LostWorkers {
  /** Writes the files left unfinished, and whether nothing but a dead worker went wrong outside a test. */
  onTestRunEnd(modules, errors) {
    const files = modules
      .filter((module) => !["passed", "failed", "skipped"].includes(module.state()))
      .map((module) => module.relativeModuleId);
    const onlyDeaths = errors.length > 0 && errors.every(workerDied);
    writeFileSync(lostFile, JSON.stringify({ files, onlyDeaths }));
  }
}
