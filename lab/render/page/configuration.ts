// What was measured with what, on which machine, made from which sources.

import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import type { RunRecord } from '../../results/schemas';
import { plural, sayCount, saySlo } from '../format';
import { html, type Markup } from './markup';
import { facts, table } from './table';

export type Fact = { name: string; value: string };

/** Everything that was chosen, or decides the figures. */
export function configurationOf({ run, trials }: ReportedRun): Fact[] {
  const { runtime } = run;
  const promises = trials.map(({ plan }) => `${plan.workload}, ${saySlo(plan.slo)}`);
  return [
    { name: 'Command', value: `lab ${run.arguments.join(' ')}` },
    { name: 'Workload', value: [...new Set(promises)].join('; ') || '-' },
    { name: 'Seed', value: String(run.seed) },
    { name: 'Runtime', value: runtime.kind },
    { name: 'PostgreSQL', value: runtime.postgres },
    ...(['subject', 'database', 'generator'] as const).map((part) => ({
      name: `Cores of the ${part}`,
      value: runtime.placement[part].join(', ') || 'not placed by the lab',
    })),
  ];
}

export function provenanceOf({ run }: ReportedRun): Fact[] {
  const { host, revision } = run;
  return [
    { name: 'Revision', value: sayRevision(revision) },
    { name: 'Machine', value: `${plural(host.cores, 'core')}, ${host.cpuModel}` },
    { name: 'Memory', value: `${(host.memoryBytes / 2 ** 30).toFixed(1)} GiB` },
    { name: 'Kernel', value: host.kernel },
    { name: 'Fingerprint', value: host.fingerprint },
    ...Object.entries(run.tools).map(([name, value]) => ({ name, value })),
    ...Object.entries(run.locks).map(([name, value]) => ({ name, value })),
  ];
}

const sayRevision = (revision: RunRecord['revision']): string =>
  revision === null
    ? 'unknown: no git'
    : `${revision.commit.slice(0, 12)}${revision.dirty ? ', with changes that are not in it' : ''}`;

const subjectColumns = {
  Profile: ({ profile }) => profile,
  Server: ({ server }) => server,
  Replicas: ({ replicas }) => String(replicas),
  Cores: ({ cpus }) => sayCount(cpus),
  Workers: ({ workers }) => String(workers),
  Threads: ({ threads }) => String(threads),
  'Pool a worker': ({ pool }) => String(pool),
  'Keep-alive': ({ keepAliveSeconds }) => `${keepAliveSeconds} s`,
  Settings: ({ settings, products }) =>
    Object.entries({ ...settings, ...(products !== undefined && { products }) })
      .map(([name, value]) => `${name}=${value}`)
      .join(', ') || 'none',
} satisfies Record<string, (subject: RunRecord['subjects'][number]) => string>;

/** Of the cells below, in their order. */
export const subjectNames = Object.keys(subjectColumns);
type Subject = RunRecord['subjects'][number];

export const subjectCells = (subject: Subject): string[] =>
  Object.values(subjectColumns).map((cell: (subject: Subject) => string) => cell(subject));

export const configuration = (reported: ReportedRun): Markup => html`${table({
  caption: 'Subjects',
  header: ['App', ...subjectNames],
  rows: reported.run.subjects.map((subject) => ({
    head: appTitle(subject.app),
    cells: subjectCells(subject),
  })),
  words: [1, 2],
})}
${facts(configurationOf(reported))}
${reported.run.runtime.caveats.length > 0 && html`<ul class="notice">${reported.run.runtime.caveats.map((caveat) => html`<li>${caveat}</li>`)}</ul>`}`;

export const provenance = (reported: ReportedRun): Markup => {
  const { run } = reported;
  return html`${facts([
    { name: 'Run', value: run.id },
    { name: 'Status', value: run.status },
    { name: 'Started', value: run.startedAt },
    { name: 'Ended', value: run.endedAt ?? 'it did not end by itself' },
    ...provenanceOf(reported),
  ])}`;
};

/** Everything in which the runs are not alike, a row each with a value for each run. */
export function differences(runs: readonly ReportedRun[]): { name: string; values: string[] }[] {
  const all = runs.map((reported) => [
    ...configurationOf(reported),
    ...reported.run.subjects.flatMap((subject) =>
      subjectCells(subject).map((value, index) => ({
        name: `${appTitle(subject.app)}: ${subjectNames[index]?.toLowerCase()}`,
        value,
      })),
    ),
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

export function differenceTable(runs: readonly ReportedRun[]): Markup {
  const found = differences(runs);
  if (found.length === 0) {
    return html`<p>Nothing in configuration, machine or sources differs: these are repeats.</p>`;
  }
  return table({
    caption: 'Configuration, machine and sources, where they are not the same',
    header: ['what', ...runs.map((_, index) => `Run ${index + 1}`)],
    rows: found.map(({ name, values }) => ({ head: name, cells: values })),
    words: runs.map((_, index) => index + 1),
  });
}
