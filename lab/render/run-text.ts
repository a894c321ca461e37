// A run as text: its tables, then the sentences. Pure: the printer is elsewhere.
import type { ReportedRun } from '../results/reported-run';
import { plural } from './format';
import { stepBlocks } from './steps';
import { renderBlocks } from './terminal';
import type { View } from './view';

/** @param views of the run's experiment, in place of the tables of its trials */
export function renderRunText(reported: ReportedRun, views: readonly View[] = []): string {
  const { run, found } = reported;
  const { host, runtime } = run;
  return `${[
    `Run ${run.id} (${run.kind}, ${run.status})\n${plural(host.cores, 'core')}, ${host.cpuModel}, ${runtime.kind}, PostgreSQL ${runtime.postgres}`,
    renderBlocks(found.experiment ? views.flatMap(({ blocks }) => blocks) : stepBlocks(reported)),
    found.sentences.join('\n'),
    found.warnings.map((warning) => `Note: ${warning}`).join('\n'),
    run.incidents.map(({ part, what }) => `Incident: ${part} ${what}.`).join('\n'),
    runtime.caveats.map((caveat) => `Here: ${caveat}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}
