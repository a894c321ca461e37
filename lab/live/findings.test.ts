import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReportedRun } from '../experiments/index';
import { compareFixture, pairedFixture } from '../experiments/turns.fixture';
import { fingerprintOf } from '../results/machine';
import { RunFolder } from '../results/run-folder';
import { schemaVersion } from '../results/schemas';
import { Exporter } from './exporter';
import { findingsSource } from './findings';

let resultsDir: string;
beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-findings-'));
});
afterEach(() => rmSync(resultsDir, { recursive: true }));

const { host } = compareFixture().run;
const fingerprint = fingerprintOf(host);
const page = async (): Promise<string[]> =>
  (await new Exporter([findingsSource({ resultsDir, fingerprint })]).page()).split('\n');

/** As a run leaves it, as far as the exporter reads. */
function keep({ run, found }: ReportedRun, changes: Partial<ReportedRun['run']> = {}): void {
  const folder = RunFolder.create(resultsDir, { ...run, ...changes });
  folder.write('analysis.json', { schemaVersion, ...found });
}

const ratios = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith('headroom_verdict_ratio{'));

test('no run is no series, not a zero', async () => {
  expect((await page()).filter((line) => /^headroom_(capacity|usl|verdict)/.test(line))).toEqual(
    [],
  );
});

test('a verdict has its ratio, its interval and its words', async () => {
  keep(compareFixture());
  const lines = await page();
  expect(ratios(lines)).toHaveLength(5);
  expect(lines.join('\n')).toMatch(
    /headroom_verdict_ratio\{a="Express",b="Django",workload="micro",measure="Throughput",verdict="A is better"\} 0\.3/,
  );
  for (const end of ['low', 'high']) {
    expect(lines.filter((line) => line.startsWith(`headroom_verdict_${end}{`))).toHaveLength(5);
  }
});

test('a measure that decides nothing is reported', async () => {
  keep(pairedFixture());
  const text = (await page()).join('\n');
  expect(text).toMatch(/headroom_verdict_ratio\{[^}]*measure="p99 latency",verdict="reported"\}/);
  expect(text).toMatch(
    /headroom_verdict_ratio\{[^}]*measure="Median latency",verdict="A is better"\}/,
  );
});

test('a later comparison of the same two takes the place of an earlier one', async () => {
  keep(compareFixture({ id: '20260107T090000Z-compare-0001', cv: 0.02 }));
  const before = ratios(await page());
  keep(compareFixture({ id: '20260108T090000Z-compare-0002', cv: 0.05 }));
  const after = ratios(await page());
  expect(after).toHaveLength(5);
  expect(after).not.toEqual(before);
});

test.each([
  ['was cut off', { status: 'partial' as const }],
  ['is void', { status: 'void' as const }],
  ['is another machine’s', { host: { ...host, cpuModel: 'another' } }],
])('a run that %s is not shown', async (_why, changes) => {
  keep(compareFixture(), changes);
  expect(ratios(await page())).toEqual([]);
});

test('a search that found no rate that holds is no finding, and hides no earlier one', async () => {
  const { run, found } = compareFixture();
  const subjects = run.subjects.slice(0, 1);
  const keepSearch = (id: string, search: object, capacityRps: object | null) =>
    keep(
      {
        ...compareFixture(),
        found: {
          ...found,
          experiment: {
            kind: 'capacity',
            searches: [{ app: 'express', workload: 'micro', ...search }],
            capacityRps,
          } as never,
        },
      },
      { id, subjects },
    );
  const capacities = async () =>
    (await page()).filter((line) => /^headroom_capacity_\w*rps\{/.test(line));
  const unsettled = { holdsRps: null, failsRps: 402 };
  keepSearch('20260109T090000Z-capacity-0001', unsettled, null);
  expect(await capacities()).toEqual([]);
  const mean = { mean: 380, interval: null, searches: 1 };
  keepSearch('20260108T090000Z-capacity-0000', { holdsRps: 380, failsRps: 400 }, mean);
  expect((await capacities()).map((line) => line.split(' ').at(-1))).toEqual(['380', '400']);
});

test('of several searches both bounds are of those that count, and none where one found no rate that fails', async () => {
  const { run, found } = compareFixture();
  const bounds = async (id: string, searches: object[], mean: number) => {
    const experiment = {
      kind: 'capacity',
      searches: searches.map((search) => ({ app: 'express', workload: 'micro', ...search })),
      capacityRps: { mean, interval: null, searches: searches.length },
    } as never;
    const subjects = run.subjects.slice(0, 1);
    keep({ ...compareFixture(), found: { ...found, experiment } }, { id, subjects });
    return (await page())
      .filter((line) => /^headroom_capacity_\w*rps\{/.test(line))
      .map((line) => line.split(' ').at(-1));
  };
  const [slow, fast] = [
    { holdsRps: 100, failsRps: 105, changes: [], ending: { ending: 'regular' } },
    { holdsRps: 140, failsRps: 147, changes: [], ending: { ending: 'regular' } },
  ];
  const left = [
    { ...slow, holdsRps: 50, failsRps: 52, changes: [{}] },
    { ...slow, holdsRps: 60, failsRps: 62, ending: { ending: 'generator' } },
  ];
  expect(await bounds('20260109T090000Z-capacity-0001', [slow, fast, ...left], 120)).toEqual([
    '120',
    '126',
  ]);
  const open = { ...fast, failsRps: null };
  expect(await bounds('20260109T090000Z-capacity-0002', [slow, open], 120)).toEqual(['120']);
});

test('capacities and laws are shown by subject', async () => {
  const { run } = compareFixture();
  const experiment = (value: unknown) => value as never;
  const subjects = run.subjects.slice(0, 1);
  keep(
    {
      ...compareFixture(),
      found: {
        ...compareFixture().found,
        experiment: experiment({
          kind: 'capacity',
          searches: [{ app: 'express', workload: 'micro', holdsRps: 800, failsRps: 840 }],
          capacityRps: { mean: 800, interval: null, searches: 1 },
        }),
      },
    },
    { id: '20260109T090000Z-capacity-0001', subjects },
  );
  keep(
    {
      ...compareFixture(),
      found: {
        ...compareFixture().found,
        experiment: experiment({
          kind: 'scale',
          by: 'users',
          workload: 'micro',
          fit: { alpha: 0.05, beta: 0, gamma: 120 },
        }),
      },
    },
    { id: '20260109T100000Z-scale-0001', subjects },
  );
  const lines = await page();
  for (const line of [
    'headroom_capacity_rps{app="express",profile="default",workload="micro"} 800',
    'headroom_capacity_fails_rps{app="express",profile="default",workload="micro"} 840',
    'headroom_usl_alpha{app="express",profile="default",workload="micro",by="users"} 0.05',
    'headroom_usl_beta{app="express",profile="default",workload="micro",by="users"} 0',
  ]) {
    expect(lines).toContain(line);
  }
});
