// What plans predict beside what is measured, of both apps: from the latest search and stairs of rates on
// disk, made first where there are none.
import { appNames } from '../contract/apps';
import { capacity } from '../lab/experiments/capacity/measure';
import { findingsOf } from '../lab/experiments/conclude';
import type { Evidence } from '../lab/experiments/plan/evidence';
import { findEvidence } from '../lab/experiments/plan/find-evidence';
import { validate, validationPaces } from '../lab/experiments/plan/measure';
import { predictionOf, type ValidationRow } from '../lab/experiments/plan/validation';
import { runOne } from '../lab/experiments/run/measure';
import { thisHost } from '../lab/measure/begin-run';
import type { RunContext } from '../lab/measure/conductor';
import { paces } from '../lab/measure/plans';
import { searchPaces, searchSettings } from '../lab/measure/search/search-settings';
import { appTitle } from '../lab/results/findings';
import { RunFolder } from '../lab/results/run-folder';
import { subjectOf } from '../lab/runtime/subject';
import { namedOr, readArguments, workloadNames } from './arguments';
import { onRuntime, tell } from './on-runtime';
import { renderTable } from './table';

const headers = [
  ...['app', 'workload', 'rate/s', 'quantity', 'predicted', 'measured', 'off by', 'trials'],
  'verdict',
];
const profile = 'default';

export function rowOf(workload: string, row: ValidationRow): string[] {
  const { app, rateRps, quantity, predicted, measured, error, trials, within, reason } = row;
  const figure = (value: number | null) => (value === null ? '-' : value.toPrecision(3));
  return [
    ...[appTitle(app), workload, String(rateRps), quantity, figure(predicted), figure(measured)],
    error === null ? '-' : `${(100 * error).toFixed(1)} %`,
    ...[String(trials), within ? 'within 10 %' : (reason ?? '-')],
  ];
}

async function evidenceFor(
  context: RunContext,
  workload: string,
  isQuick: boolean,
): Promise<Evidence[]> {
  const { fingerprint } = thisHost();
  const find = () =>
    appNames.map((app) =>
      findEvidence(RunFolder.all(context.resultsDir), { fingerprint, app, workload, profile }),
    );
  const asked = { ...context, profile, workload, seed: 1 } as const;
  const pace = isQuick ? 'quick' : 'full';
  if (find().includes(undefined)) {
    const settings = searchSettings(workload, searchPaces[pace]);
    await capacity({ ...asked, apps: appNames, settings, runs: 1 });
  }
  for (const evidence of find()) {
    if (evidence === undefined || evidence.stairs !== null) continue;
    await runOne({ ...asked, app: evidence.app, scenario: 'scaling', pace: paces[pace] });
  }
  return find().filter((evidence) => evidence !== undefined);
}

/** `npm run bench -- planning [workloads...] [--quick]`. */
export async function run(args: readonly string[]): Promise<void> {
  const given = readArguments(args, { flags: ['--quick'], words: workloadNames });
  const isQuick = given.has('--quick');
  const rows: string[][] = [];
  await onRuntime('native', ['planning', ...args], async (context) => {
    for (const workload of namedOr(given.words, ['db', 'mixed'])) {
      const evidence = await evidenceFor(context, workload, isQuick);
      if (evidence.length === 0) {
        tell(`${workload}: no search found a rate that holds, so nothing is predicted`);
        continue;
      }
      const subjects = evidence.map(({ app, unit: { workers } }) =>
        subjectOf(app, profile, context.runtime.subjectCores, { workers }),
      );
      const pace = validationPaces[isQuick ? 'quick' : 'full'];
      const predictions = evidence.map(predictionOf);
      const design = { kind: 'validation' as const, workload, ...pace, predictions };
      const folder = await validate({ ...context, design, subjects, seed: 1 });
      const { experiment } = findingsOf(folder);
      if (experiment?.kind !== 'validation') continue;
      rows.push(...experiment.rows.map((row) => rowOf(workload, row)));
      tell(experiment.sentences.join('\n'));
    }
  });
  process.stdout.write(`${renderTable(headers, rows)}\n`);
}
