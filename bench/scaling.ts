// How both apps scale by users on this machine, and by replicas and cores in containers with CPU quotas.
import { appNames } from '../contract/apps';
import { findingsOf } from '../lab/experiments/conclude';
import { isValid, type ScaleBy, type ScaleResult } from '../lab/experiments/scale/design';
import { scale, scalePaces, userPaces } from '../lab/experiments/scale/measure';
import type { RunContext } from '../lab/measure/conductor';
import { appTitle } from '../lab/results/findings';
import { mean } from '../lab/statistics/descriptive';
import { namedOr, readArguments, workloadNames } from './arguments';
import { onRuntime, tell } from './on-runtime';
import { renderTable } from './table';

const headers = [
  ...['app', 'workload', 'by', 'level', 'achieved/s', 'lowest', 'highest', 'valid'],
  ...['app cores', 'db cores'],
];

/** A line for each level; its figures are means of the valid repeats. */
export function rowsOf({ app, workload, by, points }: ScaleResult): string[][] {
  const byLevel = [...Map.groupBy(points, ({ level }) => level)].sort(([a], [b]) => a - b);
  return byLevel.map(([level, all]) => {
    const valid = all.filter(isValid);
    const rates = valid.flatMap(({ rps }) => rps ?? []);
    const cores = (part: 'subjectCores' | 'databaseCores'): string => {
      const known = valid.flatMap((point) => point[part] ?? []);
      return known.length === 0 ? '-' : mean(known).toFixed(2);
    };
    const rounded = (figure: (values: number[]) => number): string =>
      rates.length === 0 ? '-' : figure(rates).toFixed(0);
    return [
      ...[appTitle(app), workload, by, String(level)],
      ...[rounded(mean), rounded((all) => Math.min(...all)), rounded((all) => Math.max(...all))],
      ...[`${valid.length} of ${all.length}`, cores('subjectCores'), cores('databaseCores')],
    ];
  });
}

/** `npm run bench -- scaling [workloads...] [--users] [--replicas] [--cpus] [--quick]`; without a choice, all. */
export async function run(args: readonly string[]): Promise<void> {
  const all = ['users', 'replicas', 'cpus'] as const;
  const flags = ['--quick', ...all.map((by) => `--${by}` as const)] as const;
  const given = readArguments(args, { flags, words: workloadNames });
  const wanted: readonly ScaleBy[] = namedOr(
    all.filter((by) => given.has(`--${by}`)),
    all,
  );
  const rows: string[][] = [];
  const sentences: string[] = [];
  const measure = async (context: RunContext, by: ScaleBy, workload: string) => {
    const pace = (by === 'users' ? userPaces : scalePaces)[given.has('--quick') ? 'quick' : 'full'];
    for (const app of appNames) {
      const begunMs = performance.now();
      const asked = { app, profile: 'default' as const, workload, by, levels: undefined };
      const folder = await scale({ ...context, ...pace, ...asked, search: null, seed: 1 });
      const { experiment } = findingsOf(folder);
      if (experiment?.kind !== 'scale') continue;
      rows.push(...rowsOf(experiment));
      const seconds = ((performance.now() - begunMs) / 1000).toFixed(0);
      sentences.push(`${folder.run.id} (${seconds} s): ${experiment.sentences.join(' ')}`);
      tell(sentences.at(-1) ?? '');
    }
  };
  for (const kind of ['native', 'compose'] as const) {
    const here = wanted.filter((by) => (by === 'users') === (kind === 'native'));
    if (here.length === 0) continue;
    await onRuntime(kind, ['scaling', ...args], async (context) => {
      for (const workload of namedOr(given.words, ['db'])) {
        for (const by of here) await measure(context, by, workload);
      }
    });
  }
  process.stdout.write(`${renderTable(headers, rows)}\n\n${sentences.join('\n')}\n`);
}
