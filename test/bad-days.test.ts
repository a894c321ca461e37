// What goes wrong is said, in words that help, and loses nothing.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portVariable } from '../lab/configuration/variables';
import { findingsOf } from '../lab/experiments/conclude';
import { RunFolder } from '../lab/results/run-folder';
import { allGone, Lab } from './lab-process';

const runQuick = ['run', 'concurrency', '--app', 'express', '--quick'];

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.remove());

const lastRun = () => {
  const folder = RunFolder.open(lab.resultsDir);
  const steps = findingsOf(folder).trials.flatMap((trial) => trial.steps);
  return { run: folder.run, counted: steps.filter(({ warmup }) => !warmup) };
};

const kill = (name: string) => {
  const child = lab.child(name);
  if (child === undefined) throw new Error(`${name} is not running`);
  process.kill(child.pid, 'SIGKILL');
};

describe('bad input', () => {
  it.each([
    ['an unknown verb', ['tuor'], /unknown command 'tuor'[\s\S]*Did you mean tour/],
    ['an unknown flag', ['tour', '--quik'], /unknown option '--quik'[\s\S]*Did you mean --quick/],
    ['a missing app', ['run', 'scaling'], /required option '--app/],
    ['an unknown app', ['run', 'scaling', '--app', 'flask'], /Allowed choices are express, django/],
    ['too many workers', ['run', 'smoke', '--app', 'django', '--workers', '65'], /from 1 to 64/],
    ['an unknown scenario', ['run', 'scalling', '--app', 'django'], /no scenario "scalling"/],
    [
      'an unknown workload',
      ['run', 'scaling', '--app', 'django', '--workload', 'mirco'],
      /"mirco" has no SLO.*micro/,
    ],
    ['a run that is not there', ['show', 'nothing'], /No run is called "nothing"/],
  ])('%s ends with 2, naming it and the remedy', async (_name, args, message) => {
    const { code, stderr, stdout } = await lab.run(...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each(['express', 'live'] as const)(
    'a port of another program (%s) ends with 5, naming the port and how to change it',
    async (name) => {
      const port = lab.port(name);
      const squatter = createServer().listen(port, '127.0.0.1');
      const { code, stderr } = await lab.run(...runQuick);
      squatter.close();
      expect(stderr).toMatch(
        new RegExp(`Port ${port} \\(${name}\\) is taken.*${portVariable(name)}`),
      );
      expect(code).toBe(5);
    },
  );

  it.each([
    ['show', 5],
    ['report', 5],
    ['list', 0],
  ])(
    'a results folder of a newer version: `lab %s` says what to do and ends with %i',
    async (verb, exitCode) => {
      const folder = join(lab.resultsDir, '99990101T000000Z-tour-aaaa');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'run.json'), '{"schemaVersion": 99}');
      const { code, stderr } = await lab.run(verb);
      rmSync(folder, { recursive: true });
      expect(stderr).toMatch(/run\.json was written by a newer version.*Update the clone/);
      expect(code).toBe(exitCode);
    },
  );
});

describe('bad days', () => {
  it.each([
    ['Ctrl-C', 'SIGINT'],
    ['a terminal that is closed', 'SIGHUP'],
  ] as const)(
    '%s in the middle: the run is partial, the exit 130, nothing is left running',
    async (_what, signal) => {
      const running = lab.start(...runQuick);
      await running.prints(/concurrency step_01/);
      const children = lab.children();
      running.signal(signal);
      const { code, stderr } = await running.ended;
      expect(code).toBe(130);
      expect(stderr).toMatch(/Interrupted/);
      expect(lastRun().run).toMatchObject({ status: 'partial' });
      expect(await allGone(children)).toBe(true);
    },
  );

  it('a lab that is killed: the run reads partial, nothing is left running', async () => {
    const running = lab.start(...runQuick);
    await running.prints(/concurrency step_01/);
    const children = lab.children();
    expect(children.length).toBeGreaterThan(3);
    running.signal('SIGKILL');
    await running.ended;
    expect(await allGone(children)).toBe(true);
    expect(lastRun().run.status).toBe('partial');
  });

  it('an app that dies in mid-trial: its step is void and says so', async () => {
    const running = lab.start(...runQuick);
    await running.prints(/concurrency step_01/);
    kill('express');
    const { code, stdout } = await running.ended;
    const { run, counted } = lastRun();
    expect(counted.at(-1)?.validity).toMatchObject({ state: 'void' });
    expect(stdout).toMatch(/void.*(express was ended by SIGKILL|never began)/);
    expect(run.incidents).toMatchObject([{ part: 'express', what: 'was ended by SIGKILL' }]);
    expect([0, 4]).toContain(code);
  });

  it('k6 killed: every step is void, the exit 4', async () => {
    const running = lab.start(...runQuick);
    await running.prints(/concurrency step_01/);
    kill('k6');
    const { code } = await running.ended;
    const { run, counted } = lastRun();
    expect(run.status).toBe('void');
    expect(counted.length).toBeGreaterThan(0);
    for (const { validity } of counted) {
      expect(validity.reasons).toEqual(['k6 was ended by SIGKILL before it wrote its summary']);
    }
    expect(code).toBe(4);
  });

  it('PostgreSQL killed: its step is void and says so, and the run goes on with another', async () => {
    const running = lab.start('run', 'scaling', '--app', 'express', '--quick');
    await running.prints(/concurrency step_01/);
    kill('postgres');
    const { code, stderr } = await running.ended;
    const { run, counted } = lastRun();
    expect(counted[0]?.validity).toMatchObject({ state: 'void' });
    expect(counted[0]?.validity.reasons.join()).toMatch(
      /postgres was ended by SIGKILL|never began/,
    );
    // The rates, then the calibration once more: of a database that answers.
    const later = counted.slice(1);
    expect(later.length).toBeGreaterThan(1);
    for (const { validity, achievedRps } of later) {
      expect(validity.reasons.join()).not.toContain('postgres');
      expect(achievedRps).toBeGreaterThan(0);
    }
    expect(run.incidents).toMatchObject([{ part: 'postgres', what: 'was ended by SIGKILL' }]);
    expect([0, 4], stderr).toContain(code);
  });

  it('Prometheus killed: the figures stand, the gap is named, it is started again', async () => {
    const running = lab.start(...runQuick);
    await running.prints(/concurrency step_01/);
    kill('prometheus');
    const { stderr } = await running.ended;
    const { run, counted } = lastRun();
    expect(run.incidents.map(({ part, what }) => `${part} ${what}`)).toEqual([
      'prometheus was ended by SIGKILL',
      'prometheus was started again; the dashboards have a gap',
    ]);
    expect(counted.length).toBeGreaterThan(0);
    expect(counted.every(({ requests }) => requests > 0)).toBe(true);
    expect(stderr).toMatch(/gap/);
  });
});
