// What `lab claims` will do, said before it does it.

import { plural } from '../../render/format';
import { renderTable } from '../../render/table';
import type { RunRecord } from '../../results/schemas';
import type { Need } from './needs';

export type ClaimsPlan = {
  reused: readonly RunRecord[];
  measured: readonly { need: Need; seconds: number }[];
  quick: boolean;
};

export function renderPlan({ reused, measured, quick }: ClaimsPlan): string {
  const runs = [...new Map(reused.map((run) => [run.id, run])).values()];
  const total = measured.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    ...(runs.length === 0
      ? []
      : [
          `On disk already, and used as it is (${plural(runs.length, 'run')}):`,
          renderTable(
            ['measured (UTC)', 'revision', 'run'],
            runs.map(({ startedAt, revision, id }) => [
              startedAt.slice(0, 16).replace('T', ' '),
              revision?.commit.slice(0, 12) ?? 'unknown',
              id,
            ]),
          ),
        ]),
    ...(measured.length === 0
      ? ['Nothing will be measured.']
      : [
          `To be measured, about ${sayMinutes(total)} in all${quick ? ', quick and so indicative' : ''}:`,
          renderTable(
            ['about', 'what'],
            measured.map(({ need, seconds }) => [sayMinutes(seconds), sayNeed(need)]),
          ),
          'Ctrl-C keeps what is complete; the same command then goes on with the rest.',
        ]),
  ].join('\n');
}

const sayMinutes = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

export function sayNeed(need: Need): string {
  switch (need.kind) {
    case 'compare':
      return `compare ${need.a} and ${need.b} on ${need.workload} by ${need.metrics.join(' and ')}`;
    case 'noise':
      return `noise of ${need.subject} on ${need.workload}`;
    case 'scale':
      return `scale ${need.app} by ${need.by} on ${need.workload}`;
    case 'probes':
      return 'attacks on both apps';
    case 'first-order':
      return 'start and first order of both apps';
    case 'effort':
      return 'lines, dependencies, sizes and memory of both apps (bench effort)';
  }
}
