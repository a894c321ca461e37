// What searches for a capacity end with on this machine, and how long they take: three of each app and
// workload, those of the apps in alternating trials.
import { appNames } from '../contract/apps';
import { capacity } from '../lab/experiments/capacity/measure';
import { findingsOf } from '../lab/experiments/conclude';
import type { SearchResult } from '../lab/measure/search/search-result';
import { searchPaces, searchSettings } from '../lab/measure/search/search-settings';
import { appTitle } from '../lab/results/findings';
import type { RunFolder } from '../lab/results/run-folder';
import { namedOr, readArguments, workloadNames } from './arguments';
import { onRuntime, tell } from './on-runtime';
import { renderTable } from './table';

const headers = [
  ...['app', 'workload', 'search', 'holds/s', 'fails/s', 'width', 'p99 ms', 'trials', 'void'],
  ...['time', 'ended by', 'machine changed', 'run'],
];

export function rowsOf(folder: RunFolder): string[][] {
  const { experiment } = findingsOf(folder);
  if (experiment?.kind !== 'capacity') return [];
  const byApp = Map.groupBy(experiment.searches, ({ app }) => app).values();
  return [...byApp].flatMap((own) =>
    own.map((search, index) => [...rowOf(search, index + 1), folder.run.id]),
  );
}

function rowOf(search: SearchResult, number: number): string[] {
  const { app, workload, holdsRps, failsRps, p99Ms, trials, spentSeconds, ending } = search;
  const width = holdsRps && failsRps ? `${(100 * (1 - holdsRps / failsRps)).toFixed(1)} %` : '-';
  return [
    ...[appTitle(app), workload, String(number)],
    ...[holdsRps, failsRps].map((rate) => (rate === null ? '-' : String(rate))),
    ...[width, p99Ms?.toFixed(1) ?? '-', String(trials.length)],
    String(trials.filter(({ outcome }) => outcome === 'void').length),
    `${spentSeconds.toFixed(0)} s`,
    ending?.ending ?? 'cut off',
    search.changes.map(({ direction }) => direction).join(', ') || 'no',
  ];
}

/** `npm run bench -- capacity [workloads...] [--brief | --quick]`; `--brief` is `--budget 4m`. */
export async function run(args: readonly string[]): Promise<void> {
  const given = readArguments(args, { flags: ['--quick', '--brief'], words: workloadNames });
  const isQuick = given.has('--quick');
  const pace = isQuick ? 'quick' : given.has('--brief') ? 'brief' : 'full';
  const rows: string[][] = [];
  await onRuntime('native', ['capacity', ...args], async (context) => {
    for (const workload of namedOr(given.words, ['db', 'mixed'])) {
      const settings = searchSettings(workload, searchPaces[pace]);
      const asked = { apps: appNames, profile: 'default' as const, workload, settings };
      const folder = await capacity({ ...context, ...asked, runs: isQuick ? 1 : 3, seed: 1 });
      rows.push(...rowsOf(folder));
      tell(renderTable(headers, rows));
    }
  });
  process.stdout.write(`${renderTable(headers, rows)}\n`);
}
