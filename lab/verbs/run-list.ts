// Runs on disk, a line each.

import { renderTable } from '../render/table';
import type { RunRecord } from '../results/schemas';

export function renderRunList(runs: readonly RunRecord[]): string {
  if (runs.length === 0) return 'No runs yet: `npm start` makes the first.\n';
  const rows = runs.map((run) => [
    run.id,
    run.status,
    `${run.trials.filter(({ state }) => state === 'done').length}/${run.trials.length}`,
    run.runtime.kind,
    run.arguments.join(' '),
  ]);
  return `${renderTable(['run', 'status', 'trials', 'runtime', 'arguments'], rows)}\n`;
}
