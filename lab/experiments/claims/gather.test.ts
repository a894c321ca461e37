// From needs to figures on disk: every experiment that a simulated subject can take part in.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { thisHost } from '../../measure/begin-run';
import { SimulatedRuntime } from '../../measure/simulated-runtime.fixture';
import { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { measures } from '../../verbs/claims';
import { findingsOf } from '../conclude';
import { analyseClaims } from './analyse';
import { experiments } from './catalogue';
import { type Found, figuresOf, gather, isAnswer, runsHere } from './gather';
import { type Experiment, keyOf, type Need, type Pace, taskOf } from './needs';

const asked = ['express-scales', 'django-heaviest', 'small-projects'];
let resultsDir: string;
let made: Map<string, RunFolder>;

/** Simulated visitors buy nothing, and their shop keeps no books: the capacity is that of json. */
const capacity: Experiment = {
  ...experiments.capacity,
  needs: [{ kind: 'capacity', workload: 'json' }],
};
const wanted: [string, Experiment][] = [
  ['apps-json', experiments['apps-json']],
  ['capacity', capacity],
  ['users', experiments.users],
];
const needs = wanted.flatMap(([, experiment]) => [...experiment.needs]);

beforeAll(async () => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-claims-'));
  made = new Map();
  for (const need of needs) {
    const folder = await taskOf(need, 'quick').measure?.(
      {
        resultsDir,
        runtime: new SimulatedRuntime({ noise: 0.05, seed: made.size + 1 }),
        seed: 1,
        arguments: ['claims', '--quick'],
        signal: new AbortController().signal,
        events: {},
        conclude: async (ended) => ended.write('analysis.json', findingsOf(ended)),
      },
      measures,
    );
    made.set(keyOf(need), folder as RunFolder);
  }
});
afterAll(() => rmSync(resultsDir, { recursive: true }));

const onDisk = () => runsHere(resultsDir, thisHost().fingerprint);
const found = (rest: Partial<Found> = {}): Found => ({
  answers: made,
  fresh: new Set(),
  failures: new Map(),
  subjectCores: 1,
  ...rest,
});

describe('runs on disk', () => {
  it('are found for just what they answer', () => {
    for (const need of needs) {
      const { isAnsweredBy } = taskOf(need, 'quick');
      const run = onDisk().find((folder) => isAnsweredBy(folder.run))?.run;
      expect(run?.id, keyOf(need)).toBe(made.get(keyOf(need))?.run.id);
    }
  });

  it('are no answer where they are too short, of other subjects, or of another machine', () => {
    const [need] = needs.filter(({ kind }) => kind === 'compare') as [Need & { kind: 'compare' }];
    const answering = (other: Need, pace: Pace) =>
      onDisk().filter(({ run }) => taskOf(other, pace).isAnsweredBy(run));
    expect(answering(need, 'quick')).toHaveLength(1);
    expect(answering(need, 'full')).toEqual([]);
    const [a, b] = need.subjects;
    for (const other of [
      { ...need, subjects: ['express:tuned', b] as const },
      { ...need, subjects: [b, a] as const },
      { ...need, workload: 'plaintext' },
    ]) {
      expect(answering(other, 'quick'), keyOf(other)).toEqual([]);
    }
    const [inTurns] = answering(need, 'quick');
    const { turns, ...design } = { turns: null, kind: '', ...inTurns?.run.design };
    expect(turns).not.toBeNull();
    const oneAfterTheOther = { ...inTurns?.run, design } as RunRecord;
    expect(taskOf(need, 'quick').isAnsweredBy(oneAfterTheOther)).toBe(false);
    expect(runsHere(resultsDir, 'another machine')).toEqual([]);
  });

  it('are no answer under other settings', () => {
    expect(onDisk()).not.toEqual([]);
    vi.stubEnv('HEADROOM_LOG_LEVEL', 'debug');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(onDisk()).toEqual([]);
  });

  it('are no answer without figures, so that they are measured once more', () => {
    for (const need of needs) {
      const folder = made.get(keyOf(need)) as RunFolder;
      expect(isAnswer(folder, need, 'quick'), keyOf(need)).toBe(true);
      const elsewhere = mkdtempSync(join(tmpdir(), 'headroom-claims-'));
      cpSync(folder.path, join(elsewhere, folder.run.id), { recursive: true });
      rmSync(join(elsewhere, folder.run.id, 'trials'), { recursive: true });
      const without = RunFolder.open(elsewhere);
      expect(taskOf(need, 'quick').isAnsweredBy(without.run), keyOf(need)).toBe(true);
      expect(isAnswer(without, need, 'quick'), keyOf(need)).toBe(false);
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('have no figures where every search noticed that the machine changed', () => {
    const [need] = capacity.needs as [Need];
    const folder = made.get(keyOf(need)) as RunFolder;
    const result = findingsOf(folder).experiment;
    if (result?.kind !== 'capacity') throw new Error('not a search');
    const changed = result.searches.map((search) => ({ ...search, changes: [{}] }));
    const moved = { ...result, searches: changed } as typeof result;
    expect(figuresOf([need], [folder], [result])).not.toEqual([]);
    expect(figuresOf([need], [folder], [moved])).toEqual([]);
  });

  it('are no answer where the rate was too much for an arm: that compares queues', () => {
    const [need] = needs.filter(({ kind }) => kind === 'compare') as [Need];
    const folder = made.get(keyOf(need)) as RunFolder;
    const result = findingsOf(folder).experiment;
    if (result?.kind !== 'compare') throw new Error('not a comparison');
    const withRuns = (outcomes: readonly ('held' | 'broken' | 'overloaded')[]) => {
      const compared = result.compared.map((one) => {
        const runs = (['a', 'b'] as const).flatMap((arm) => {
          const run = one.runs.find((own) => own.arm === arm);
          return outcomes.map((outcome) => ({ ...run, outcome }));
        });
        return { ...one, runs };
      });
      return figuresOf([need], [folder], [{ ...result, compared } as typeof result]);
    };
    const held = Array<'held'>(9).fill('held');
    expect(withRuns([...held, 'broken'])).not.toEqual([]);
    expect(withRuns([...held, 'broken', 'overloaded'])).toEqual([]);
    expect(withRuns(['broken', 'broken'])).toEqual([]);
  });

  it('of a capacity are an answer with that of both apps alone', () => {
    const [need] = capacity.needs as [Need];
    const { run, path } = made.get(keyOf(need)) as RunFolder;
    const elsewhere = mkdtempSync(join(tmpdir(), 'headroom-claims-'));
    cpSync(path, join(elsewhere, run.id), { recursive: true });
    for (const { number, app } of run.trials) {
      if (app !== 'django') continue;
      rmSync(join(elsewhere, run.id, 'trials', String(number).padStart(3, '0')), {
        recursive: true,
      });
    }
    const folder = RunFolder.open(elsewhere);
    const result = findingsOf(folder).experiment;
    const keys = figuresOf([need], [folder], result ? [result] : []).map(({ key }) => key);
    expect(keys).toEqual(['capacity-express']);
    expect(isAnswer(folder, need, 'quick')).toBe(false);
    rmSync(elsewhere, { recursive: true });
  });

  it('are no answer with too few users, or without a worker alone', () => {
    const withLevels = (need: Need, levels: number[], runtime = {}): boolean => {
      const { run } = made.get(keyOf(scaling)) as RunFolder;
      const by = need.kind === 'scale' ? need.by : '';
      const changed = { ...run, ...runtime, design: { ...run.design, by, levels } } as RunRecord;
      return taskOf(need, 'quick').isAnsweredBy(changed);
    };
    const [scaling] = needs.filter(({ kind }) => kind === 'scale') as [Need & { kind: 'scale' }];
    expect(withLevels(scaling, [1, 16, 64])).toBe(true);
    expect(withLevels(scaling, [1, 16, 32])).toBe(false);
    const workers: Need = { ...scaling, by: 'workers' };
    const { runtime } = (made.get(keyOf(scaling)) as RunFolder).run;
    const placement = { ...runtime.placement, subject: [0, 1, 2, 3] };
    const fourCores = { runtime: { ...runtime, placement } };
    expect(withLevels(workers, [1, 4], fourCores)).toBe(true);
    expect(withLevels(workers, [2, 4], fourCores)).toBe(false);
  });
});

describe('evidence', () => {
  it('has the figures that the claims ask for, with their intervals, runs and source', () => {
    const { evidence, missing } = gather(wanted, found());
    expect(missing).toEqual([]);
    const json = evidence.find(({ experiment }) => experiment === 'apps-json');
    const latency = json?.figures.find(({ key }) => key === 'latency-p50');
    expect(latency).toMatchObject({
      title: 'median latency of json, Django over Express',
      unit: 'times',
      runs: 4,
    });
    // In turns the interval alone decides.
    expect(latency).toMatchObject({ noiseFloor: null, inTurns: true, rateRps: 40 });
    const [compare] = experiments['apps-json'].needs;
    expect(json?.sources.map(({ run }) => run)).toEqual([made.get(keyOf(compare as Need))?.run.id]);
    const searched = evidence.find(({ experiment }) => experiment === 'capacity');
    expect(searched?.figures.map(({ key }) => key)).toEqual([
      ...['capacity-express', 'capacity-django', 'cost-ratio'],
    ]);
    for (const { isBounds, runs, value, interval } of searched?.figures ?? []) {
      expect([isBounds, runs]).toEqual([true, 1]);
      expect(interval[0]).toBeLessThanOrEqual(value);
    }
    const kept = evidence.find(({ experiment }) => experiment === 'users');
    const [run] = kept?.sources ?? [];
    const result = findingsOf(RunFolder.open(resultsDir, run?.run)).experiment;
    if (result?.kind !== 'scale') throw new Error('not a run of scaling');
    const figure = kept?.figures.find(({ key }) => key === 'kept-express');
    expect(figure?.value).toBeCloseTo(result.kept?.share ?? Number.NaN, 12);
    expect(figure?.interval[0]).toBeCloseTo(result.kept?.interval[0] ?? Number.NaN, 12);
  });

  it('leads to verdicts that are indicative, where there is one', () => {
    const { judged } = analyseClaims({ kind: 'claims', asked, ...gather(wanted, found()) });
    expect(judged.map(({ id }) => id)).toEqual(asked);
    const sure = ['supported', 'refuted', 'depends'];
    for (const { verdict, indicative } of judged) expect(indicative).toBe(sure.includes(verdict));
  });

  it('says of what is missing why it is', () => {
    const [first] = needs.filter(({ kind }) => kind === 'scale') as [Need];
    const failures = new Map([[keyOf(first), 'the machine was too busy']]);
    const { missing } = gather(
      [['users', experiments.users]],
      found({ answers: new Map(), failures }),
    );
    expect(missing).toEqual([
      {
        experiment: 'users',
        why: 'the machine was too busy; nothing on disk answers it yet',
        impossible: false,
      },
    ]);
    const cores = gather([['workers', experiments.workers]], found());
    expect(cores.missing[0]).toMatchObject({ impossible: true });
  });
});
