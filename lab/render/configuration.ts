// What was measured with what, on which machine, made from which sources.
import { appTitle } from '../results/findings';
import type { ReportedRun } from '../results/reported-run';
import type { RunRecord } from '../results/schemas';
import { formatCount, formatSlo, plural } from './format';
import { type Block, type Column, type Fact, type Table, table } from './view';

/** Everything that was chosen, or decides the figures. */
export function configurationOf({ run, trials }: ReportedRun): Fact[] {
  const { runtime } = run;
  const promises = trials.map(({ plan }) => `${plan.workload}, ${formatSlo(plan.slo)}`);
  return [
    { name: 'Command', value: `lab ${run.arguments.join(' ')}` },
    { name: 'Workload', value: [...new Set(promises)].join('; ') || '-' },
    { name: 'Seed', value: String(run.seed) },
    { name: 'Runtime', value: runtime.kind },
    { name: 'PostgreSQL', value: runtime.postgres },
    ...(['subject', 'database', 'generator'] as const)
      .filter((part) => part !== 'database' || runtime.postgres !== 'none')
      .map((part) => ({
        name: `CPU numbers of the ${part}`,
        value: runtime.placement[part].join(', ') || 'not placed by the lab',
      })),
  ];
}

export function provenanceOf({ run }: ReportedRun): Fact[] {
  const { host, revision, tools, locks } = run;
  return [
    {
      name: 'Revision',
      value:
        revision === null
          ? 'unknown: no git'
          : `${revision.commit.slice(0, 12)}${revision.dirty ? ', with changes that are not in it' : ''}`,
    },
    { name: 'Machine', value: `${plural(host.cores, 'core')}, ${host.cpuModel}` },
    { name: 'Memory', value: `${(host.memoryBytes / 2 ** 30).toFixed(1)} GiB` },
    { name: 'Kernel', value: host.kernel },
    { name: 'Fingerprint', value: host.fingerprint },
    ...Object.entries({ ...tools, ...locks }).map(([name, value]) => ({
      name,
      value: value === 'absent' ? 'not on this machine' : value,
    })),
  ];
}

type Subject = RunRecord['subjects'][number];

/** 0: the lab leaves it to the app. */
const whereSet = (value: number, unit = ''): string => (value === 0 ? '-' : `${value}${unit}`);

const subjectColumns: readonly Column<Subject>[] = [
  { title: 'App', cell: ({ app }) => appTitle(app) },
  { title: 'Profile', is: 'words', cell: ({ profile }) => profile },
  { title: 'Server', is: 'words', cell: ({ server }) => server },
  { title: 'Replicas', cell: ({ replicas }) => String(replicas) },
  { title: 'CPU limit', cell: ({ cpus }) => formatCount(cpus), drop: 1 },
  { title: 'Workers', cell: ({ workers }) => whereSet(workers) },
  { title: 'Threads', cell: ({ threads }) => whereSet(threads) },
  { title: 'Pool per worker', cell: ({ pool }) => whereSet(pool) },
  { title: 'Keep-alive', cell: ({ keepAliveSeconds }) => whereSet(keepAliveSeconds, ' s') },
  {
    title: 'Settings',
    cell: ({ settings, products, revision }) =>
      Object.entries({
        ...settings,
        ...(products !== undefined && { products }),
        ...(revision && { revision: `${revision.name} (tree ${revision.tree.slice(0, 7)})` }),
      })
        .map(([name, value]) => `${name}=${value}`)
        .join(', ') || 'none',
  },
];

/** Each subject once. */
export function subjectTable(runs: readonly ReportedRun[]): Table {
  const subjects = runs.flatMap(({ run }) => run.subjects);
  const different = new Map(subjects.map((subject) => [JSON.stringify(factsOf(subject)), subject]));
  return table({ caption: 'Subjects', columns: subjectColumns, rows: [...different.values()] });
}

const factsOf = (subject: Subject): Fact[] =>
  subjectColumns.slice(1).map(({ title, cell }) => ({
    name: `${appTitle(subject.app)}: ${title.toLowerCase()}`,
    value: String(cell(subject)),
  }));

export const configurationBlocks = (reported: ReportedRun): Block[] => [
  subjectTable([reported]),
  { kind: 'facts', facts: configurationOf(reported) },
  ...(reported.run.runtime.caveats.length > 0
    ? [{ kind: 'note' as const, text: reported.run.runtime.caveats }]
    : []),
];

export const provenanceBlocks = (reported: ReportedRun): Block[] => {
  const { run } = reported;
  return [
    {
      kind: 'facts',
      facts: [
        { name: 'Run', value: run.id },
        { name: 'Status', value: run.status },
        { name: 'Started', value: run.startedAt },
        { name: 'Ended', value: run.endedAt ?? 'it did not end by itself' },
        ...provenanceOf(reported),
      ],
    },
  ];
};

/** Everything in which the runs are not alike, one row each with a value for each run. */
export function differences(runs: readonly ReportedRun[]): { name: string; values: string[] }[] {
  const all = runs.map((reported) => [
    ...configurationOf(reported),
    ...reported.run.subjects.flatMap(factsOf),
    ...provenanceOf(reported),
  ]);
  const names = [...new Set(all.flat().map(({ name }) => name))];
  return names
    .map((name) => ({
      name,
      values: all.map((list) => list.find((fact) => fact.name === name)?.value ?? '-'),
    }))
    .filter(({ values }) => new Set(values).size > 1);
}

export function differenceBlocks(runs: readonly ReportedRun[]): Block[] {
  const rows = differences(runs);
  if (rows.length === 0) {
    return [
      {
        kind: 'note',
        text: 'Nothing in configuration, machine or sources differs: these are repeats.',
      },
    ];
  }
  return [
    table({
      caption: 'Configuration, machine and sources, where they are not the same',
      columns: [
        { title: 'what', cell: ({ name }) => name },
        ...runs.map((_, index) => ({
          title: `Run ${index + 1}`,
          is: 'words' as const,
          cell: ({ values }: (typeof rows)[number]) => values[index] ?? '-',
        })),
      ],
      rows,
    }),
  ];
}
