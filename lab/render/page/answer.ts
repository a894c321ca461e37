// The answer first: the sentences, the figures that they rest on, and what limits them.

import { appTitle, type SloRange } from '../../results/findings';
import { formatPromise } from '../../results/findings-text';
import type { ReportedRun } from '../../results/reported-run';
import { describeCheckOutcome, formatCpuCost, formatMs, formatPerSecond, plural } from '../format';
import { appColour, appOfSentence, appsOf } from '../looks';
import { type Column, table } from '../view';
import { drawBlocks, withCode } from './draw-view';
import { html, type Markup } from './markup';

export function answer(runs: readonly ReportedRun[]): Markup {
  const single = runs.length === 1;
  return html`${runs.map(
    (run, index) => html`<div class="run">
${!single && html`<h3>Run ${index + 1} <span class="id">${run.run.id}</span></h3>`}
${run.found.sentences.map((sentence) => {
  const app = appOfSentence(sentence, appsOf([run]));
  return html`<p class="sentence" style="--app:${app ? appColour(app) : 'var(--rule)'}">${withCode(sentence)}</p>`;
})}
${checks(run)}
${notice(run)}
</div>`,
  )}
${rangeTable(runs)}`;
}

function notice({ run, found }: ReportedRun): Markup {
  const lines = [
    ...(run.status === 'running'
      ? ['This run has not ended yet: what follows is what is on disk so far.']
      : []),
    ...found.warnings,
    ...run.incidents.map(({ part, what }) => `Incident: ${part} ${what}.`),
  ];
  return html`${lines.length > 0 && html`<ul class="notice">${lines.map((line) => html`<li>${withCode(line)}</li>`)}</ul>`}`;
}

/** A run that only checks, such as a smoke test, has no range: what it found is its answer. */
function checks({ found }: ReportedRun): Markup[] {
  if (found.ranges.length > 0) return [];
  return found.trials
    .filter(({ purpose }) => purpose === 'check')
    .map(
      (trial) =>
        html`<p class="sentence" style="--app:${appColour(trial.app)}">${appTitle(trial.app)}, ${trial.scenario}: ${describeCheckOutcome(trial)}.</p>`,
    );
}

function rangeTable(runs: readonly ReportedRun[]): Markup | false {
  const several = runs.length > 1;
  const all = runs.flatMap(({ found }, run) => found.ranges.map((range) => ({ run, range })));
  // Of one app from run to run.
  const rows = [
    ...Map.groupBy(all, ({ range: { app, workload } }) => `${app} ${workload}`).values(),
  ].flat();
  if (rows.length === 0) return false;
  return drawBlocks([
    table({
      caption: 'How far each app held its SLO as the rate climbed',
      columns: [
        {
          title: 'App',
          cell: ({ range, run }) => `${appTitle(range.app)}${several ? `, run ${run + 1}` : ''}`,
        },
        ...rangeColumns,
      ],
      rows,
      app: ({ range }) => range.app,
    }),
  ]);
}

const describeLoad = ({ offeredRps, users }: NonNullable<SloRange['bestLoad']>): string =>
  users === null ? `at ${formatPerSecond(offeredRps)}` : `with ${plural(users, 'user')}`;

const rangeColumns: readonly Column<{ range: SloRange }>[] = [
  { title: 'Held at', cell: ({ range: { held } }) => formatPerSecond(held?.offeredRps) },
  {
    title: 'p99 there',
    cell: ({ range: { held } }) => (held ? `${formatMs(held.p99Ms)} ms` : '-'),
  },
  {
    title: 'Broken at',
    cell: ({ range: { broken } }) => formatPerSecond(broken?.offeredRps),
  },
  {
    title: 'Most answered',
    cell: ({ range: { bestRps, bestLoad } }) =>
      bestLoad === null ? '-' : `${formatPerSecond(bestRps)} ${describeLoad(bestLoad)}`,
  },
  {
    title: 'CPU per request',
    cell: ({ range: { cpuCost } }) =>
      cpuCost === null
        ? '-'
        : `${formatCpuCost(cpuCost)} at ${formatPerSecond(cpuCost.offeredRps)}`,
  },
  {
    title: 'Valid steps',
    cell: ({ range }) => `${range.believable} of ${plural(range.believable + range.void, 'step')}`,
  },
  {
    title: 'SLO',
    is: 'words',
    cell: ({ range }) => `${range.workload}: ${formatPromise({ slo: range.slo })}`,
  },
];
