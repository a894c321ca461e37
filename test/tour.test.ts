// `npm start -- --quick`, end to end on real parts, and everything it leaves behind.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition } from '../grafana/src/model';
import { disagreements, terminalRows } from '../lab/experiments/agreement.fixture';
import { findingsOf, reportedRun } from '../lab/experiments/conclude';
import { deckOf } from '../lab/experiments/documents';
import { headlineOf } from '../lab/results/answer';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { type Column, checksOf, expectJudgedAsDocumented } from './judged-checks';
import { allGone, type Finished, Lab } from './lab-process';
import { askPanels, renderAnswers, unanswered } from './panel-answers';
import { runProblems } from './schema-check';

describe('a quick tour', () => {
  let lab: Lab;
  let finished: Finished;
  let folder: RunFolder;

  beforeAll(async () => {
    lab = await Lab.create();
    const running = lab.start('tour', '--quick');
    await running.prints(/scaling step_02/, 240);
    const children = lab.children();
    expect(children.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['postgres', 'prometheus', 'express', 'django', 'k6']),
    );
    finished = await running.ended;
    expect(await allGone(children), 'a process outlived the lab').toBe(true);
    folder = RunFolder.open(lab.resultsDir);
  }, 360_000);

  afterAll(() => lab.remove());

  it('ends by itself, complete', () => {
    // 4 is an honest end too: on a busy machine every step of a subject may be void.
    expect([0, 4], finished.stderr).toContain(finished.code);
    expect(folder.run.status).toBe(finished.code === 0 ? 'complete' : 'void');
    const states = folder.run.trials.map(({ state }) => state);
    // Five of each app and one of both in turns; what came out void is made once more.
    expect(states.length).toBeGreaterThanOrEqual(11);
    expect(new Set(states)).toEqual(new Set(['done']));
  });

  it('finds every answer of both apps as expected', () => {
    const checks = findingsOf(folder).trials.filter(({ purpose }) => purpose === 'check');
    expect(checks.map(({ app }) => app)).toEqual(['express', 'django']);
    for (const { failedChecks, steps } of checks) {
      expect(failedChecks).toEqual({});
      expect(steps[0]?.requests).toBeGreaterThan(10);
    }
  });

  it('drives each app by rate and by users, past what it can do', () => {
    for (const app of ['express', 'django']) {
      const measured = findingsOf(folder).trials.filter(
        (trial) => trial.app === app && trial.purpose === 'measure' && trial.rival === undefined,
      );
      const scenarios = measured.map(({ scenario }) => scenario);
      // What came out void was made once more, after those that were planned.
      expect([...new Set(scenarios)]).toEqual(['scaling', 'concurrency', 'shop']);
      const [scaling, concurrency, shop] = ['scaling', 'concurrency', 'shop'].map((name) =>
        measured.find(({ scenario }) => scenario === name)?.steps.filter(({ warmup }) => !warmup),
      );
      const probe = findingsOf(folder).trials.find(
        (trial) => trial.app === app && trial.purpose === 'probe',
      );
      const saturationRps = probe?.steps.find(({ warmup }) => !warmup)?.achievedRps ?? Infinity;
      for (const step of [...(scaling ?? []), ...(concurrency ?? []), ...(shop ?? [])]) {
        expect(step.requests, `${app} ${step.name}`).toBeGreaterThan(0);
        expect(step.failed + step.wrongBodies, `${app} ${step.name}`).toBe(0);
        expect(step.latencyMs?.p99).toBeGreaterThan(0);
        expect(step.generatorShare).toBeGreaterThan(0);
        expect(step.subjectCores).toBeGreaterThan(0);
        expect(step.databaseCores).toBeGreaterThan(0);
        // An app that is pushed past what it can do may not answer for its metrics page in time.
        const isOverloaded = (step.offeredRps ?? 0) > saturationRps * 0.9;
        if (!isOverloaded || step.serverMeanMs !== null) {
          expect(step.serverMeanMs, `${app} ${step.name}`).toBeGreaterThan(0);
        }
      }
      const offered = scaling?.map(({ offeredRps }) => offeredRps ?? 0) ?? [];
      expect(offered[0]).toBeLessThan(saturationRps * 0.3);
      expect(offered.at(-1)).toBeGreaterThan(saturationRps * 1.5);
    }
  });

  it('loads both in turns, and says what a request takes one beside the other', () => {
    const found = findingsOf(folder);
    const inTurns = found.trials.filter(({ rival }) => rival !== undefined);
    expect(inTurns.length).toBeGreaterThan(0);
    const isValid = inTurns.some(({ steps }) =>
      steps.some(({ warmup, validity }) => !warmup && validity.state !== 'void'),
    );
    const sentences = found.sentences.filter((one) => one.startsWith('In turns at'));
    expect(sentences).toHaveLength(isValid ? 1 : 0);
    expect(found.sentences.join()).not.toMatch(/between .* and .* times/);
  });

  it('visits each as a shop whose books balance', () => {
    const visits = findingsOf(folder).trials.filter(({ workload }) => workload === 'mixed');
    expect(new Set(visits.map(({ app }) => app))).toEqual(new Set(['express', 'django']));
    for (const { books } of visits) expect(books).toMatchObject({ discrepancies: [] });
  });

  it('judges what docs/method.md says, which is what `docker compose up` judges', () => {
    expectJudgedAsDocumented(folder, 'native');
    const judged = (column: Column) =>
      [...checksOf(column)].filter(([, use]) => use === 'judged').map(([name]) => name);
    expect(judged('native').length).toBeGreaterThan(8);
    // Its k6 is in a container, which may have a CPU limit.
    const own = 'generator throttled';
    expect(judged('docker compose up').filter((name) => name !== own)).toEqual(judged('native'));
  });

  it('prints a table for each, its sentences, and once that it is indicative', () => {
    const tables = finished.stdout.match(/offered\/s|users {2}/g);
    expect(tables?.length).toBeGreaterThanOrEqual(7);
    // How an app carries the load, by rate and as a shop; the comparisons, where there is something to compare.
    const { sentences, warnings } = findingsOf(folder);
    expect(sentences.length).toBeGreaterThanOrEqual(4);
    for (const sentence of sentences) expect(finished.stdout).toContain(sentence);
    const weights = [...sentences, ...warnings].filter((text) => text.includes('indicative'));
    expect(weights.length).toBeLessThanOrEqual(1);
  });

  it('says the same of every step on the terminal, in the report and on the slides', async () => {
    const page = readFileSync(join(folder.path, 'report.html'), 'utf8');
    const slides = await deckOf([reportedRun(folder)]);
    expect(terminalRows(finished.stdout).map(({ workload }) => workload)).toContain('mixed');
    expect(disagreements({ text: finished.stdout, page, slides })).toEqual([]);
  });

  it('leaves the run on disk, raw results first, as docs/results.md has it', () => {
    expect(runProblems(folder.path)).toEqual([]);
    const [id = ''] = listRunIds(lab.resultsDir);
    for (const { number } of folder.run.trials) {
      const path = join(lab.resultsDir, id, 'trials', String(number).padStart(3, '0'));
      for (const file of ['plan', 'k6-summary', 'server', 'validity']) {
        expect(existsSync(join(path, `${file}.json`)), `${path}/${file}.json`).toBe(true);
      }
    }
    const analysis = JSON.parse(readFileSync(join(lab.resultsDir, id, 'analysis.json'), 'utf8'));
    expect(analysis.sentences).toEqual(findingsOf(folder).sentences);
    expect(folder.run.tools).toMatchObject({ k6: expect.stringMatching(/^2\.2/) });
  });

  it('answers every query of every dashboard, except of what this machine lacks', async () => {
    const running = lab.start('up');
    await running.prints(/prometheus http/);
    const answers = await askPanels(`http://127.0.0.1:${lab.port('prometheus')}`, {
      fromSeconds: Date.parse(folder.run.startedAt) / 1000,
      toSeconds: Date.parse(folder.run.endedAt ?? '') / 1000,
    });
    running.signal('SIGTERM');
    await running.ended;
    console.log(renderAnswers(answers));
    const absent: Condition[] = [
      'container',
      'pressure',
      'night',
      'answer',
      'finding',
      'alert',
      'event',
      'failure',
      'checks',
      'exhibit',
    ];
    expect(unanswered(answers, absent)).toEqual([]);
  });

  it('is printed again by `lab show`, from disk alone, to the letter', async () => {
    const shown = await lab.run('show');
    expect(shown.stdout).toBe(finished.stdout);
    expect(shown.stderr).toContain(`Report: ${folder.path}/report.html`);
    const asJson = JSON.parse((await lab.run('show', '--json')).stdout);
    expect(asJson.sentences).toEqual(findingsOf(folder).sentences);
    const listed = (await lab.run('list')).stdout;
    expect(listed).toContain(folder.run.id);
    const headline = headlineOf(findingsOf(folder));
    expect(headline).not.toBe('');
    expect(listed).toContain(headline);
  });
});
