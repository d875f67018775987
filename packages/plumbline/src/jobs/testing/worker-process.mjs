// One server's worker as a process of its own, on the build: does scheduled work until it is killed.

import { Worker } from "../../../dist/jobs/worker.js";
import { operations } from "../../../dist/operations/table.js";
import { openServerDatabase } from "../../../dist/state/database.js";

const { root, now, interval, lease } = JSON.parse(process.argv[2]);
const database = await openServerDatabase(root);
const say = (fields, message) =>
  process.stdout.write(`${JSON.stringify({ ...fields, err: fields.err?.message, message })}\n`);
const worker = new Worker({
  root,
  now: () => new Date(now),
  database,
  operations,
  publicUrl: null,
  keyDirectory: `${root}/no-keys`,
  log: { info: say, warn: say },
  interval,
  lease,
});
worker.start();
say({}, "ready");
setInterval(() => {}, 1000);
