// The experiments end to end on real parts. On a busy machine every trial may be void: that is an
// honest end, which these tests allow and hold to its own rules.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsOf } from '../lab/experiments/conclude';
import { RunFolder } from '../lab/results/run-folder';
import { allGone, type Finished, Lab } from './lab-process';

const budgetSeconds = 25;
const search = ['capacity', '--app', 'django', '--quick', '--budget', `${budgetSeconds}s`];

const capacityOf = (folder: RunFolder) => {
  const { experiment } = findingsOf(folder);
  if (experiment?.kind !== 'capacity') throw new Error(`${folder.run.id} is no capacity run`);
  return experiment;
};

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.remove());

describe('lab capacity', () => {
  let finished: Finished;
  let folder: RunFolder;
  beforeAll(async () => {
    finished = await lab.run(...search);
    folder = RunFolder.open(lab.resultsDir);
  }, 120_000);

  it('ends within its budget, with bounds or with the reason why there are none', () => {
    expect([0, 4], finished.stderr).toContain(finished.code);
    expect(folder.run.status).toBe(finished.code === 0 ? 'complete' : 'void');
    const [found] = capacityOf(folder).searches;
    expect(found?.ending).not.toBeNull();
    expect(found?.spentSeconds).toBeLessThanOrEqual(budgetSeconds);
    expect(found?.trials.length).toBeGreaterThan(0);
    for (const { load, durationSeconds, outcome, reasons } of found?.trials ?? []) {
      expect(load * durationSeconds).toBeGreaterThanOrEqual(300);
      expect(reasons.length > 0).toBe(outcome === 'void');
    }
    if (found?.holdsRps && found.failsRps) expect(found.holdsRps).toBeLessThan(found.failsRps);
  });

  it('tells the bounds as they close in, and the answer with its doubts', () => {
    expect(finished.stderr).toMatch(/Django capacity: .* \(1 trial, \d+ of 25 s\)/);
    const { sentences, warnings } = capacityOf(folder);
    for (const text of [...sentences, ...warnings]) expect(finished.stdout).toContain(text);
  });

  it('is printed again from disk alone, and has its report', async () => {
    expect((await lab.run('show')).stdout).toBe(finished.stdout);
    const shown = JSON.parse((await lab.run('show', '--json')).stdout);
    expect(shown.experiment.kind).toBe('capacity');
    expect(existsSync(join(folder.path, 'report.html'))).toBe(true);
  });

  it('goes on after Ctrl-C with the trials that it had', async () => {
    // The budget of --quick: time enough for a second trial on a slow machine, too.
    const running = lab.start('capacity', '--app', 'django', '--quick');
    // The probe and one trial are over, the next has begun.
    await running.prints(/\(1 trial, [\s\S]*scaling warmup, \d+ req\/s \.\.\./, 90);
    const children = lab.children();
    running.signal('SIGINT');
    const interrupted = await running.ended;
    expect(interrupted.code).toBe(130);
    expect(await allGone(children), 'a process outlived the lab').toBe(true);
    const cutOff = RunFolder.open(lab.resultsDir);
    expect(cutOff.run.status).toBe('partial');
    const [before] = capacityOf(cutOff).searches;
    const resumeCommand = `capacity --resume ${cutOff.run.id}`;
    expect((await lab.run('show')).stdout).toContain(resumeCommand);

    const resumed = await lab.run(...resumeCommand.split(' '));
    expect([0, 4], resumed.stderr).toContain(resumed.code);
    const after = RunFolder.open(lab.resultsDir);
    expect(after.run.id).toBe(cutOff.run.id);
    const [found] = capacityOf(after).searches;
    expect(found?.trials.slice(0, 1)).toEqual(before?.trials.slice(0, 1));
    expect(found?.ending).not.toBeNull();
    expect(after.run.incidents.some(({ what }) => what.includes('was cut off after'))).toBe(true);
  }, 240_000);

  it.each([
    ['no app', ['capacity'], /Name an app with --app/],
    ['a time that is none', ['capacity', '--app', 'django', '--budget', 'soon'], /such as 90s/],
    ['a run that is no search', ['capacity', '--resume', 'nothing'], /No run is called "nothing"/],
    [
      'more than the run itself',
      ['capacity', '--resume', 'x', '--app', 'django'],
      /cannot be used/,
    ],
    [
      'replicas of a process',
      ['scale', '--app', 'django', '--by', 'replicas'],
      /use --runtime compose/,
    ],
    ['a limit on a process', ['scale', '--app', 'django', '--by', 'cpus'], /use --runtime compose/],
  ])('refuses %s, with the remedy', async (_name, args, message) => {
    const { code, stderr } = await lab.run(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('lab scale', () => {
  it('visits six levels of users in turns, in an order of its own, and fits the valid ones', async () => {
    const levels = [1, 2, 4, 8, 16, 32];
    const args = ['--by', 'users', '--levels', levels.join(), '--quick'];
    const finished = await lab.run('scale', '--app', 'express', ...args);
    expect([0, 4], finished.stderr).toContain(finished.code);
    const folder = RunFolder.open(lab.resultsDir);
    const { experiment, sentences } = findingsOf(folder);
    if (experiment?.kind !== 'scale') throw new Error('not a scaling run');
    const order = folder.trials()[0]?.plan.userTurns?.order ?? [];
    expect(order).not.toEqual(levels);
    expect(order.toSorted((a, b) => a - b)).toEqual(levels);
    expect(experiment.points.map(({ level }) => level)).toEqual(levels);
    for (const { rps, users, level } of experiment.points) {
      expect(users).toBe(level);
      expect(rps).toBeGreaterThan(0);
    }
    const believed = experiment.points.filter(({ state }) => state === 'valid').length;
    expect(experiment.fit === null).toBe(believed < 6);
    if (experiment.fit === null) expect(experiment.whyNoFit).toContain(`${believed} of 6 levels`);
    for (const sentence of sentences) expect(finished.stdout).toContain(sentence);
  }, 120_000);
});
