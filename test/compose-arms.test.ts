// One app as both arms of a comparison in containers, on a real engine: both are up at once and take turns.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunFolder } from '../lab/results/run-folder';
import { engineProblem } from './compose-stack';
import {
  engine,
  projectLabel,
  projectNamed,
  removeLeftovers,
  removeProjects,
} from './container-projects';
import { type Finished, Lab } from './lab-process';

const project = projectNamed('arms');
const load = ['--workload', 'json', '--rate', '40', '--quick', '--runs', '2', '--seconds', '4'];

const problem = engineProblem();
if (problem === undefined) describe('two configurations of one app in containers', onCompose);
else test('two configurations of one app', (context) => context.skip(problem));

function onCompose(): void {
  let lab: Lab;
  let finished: Finished;

  beforeAll(async () => {
    lab = await Lab.create({
      COMPOSE_PROJECT_NAME: project,
      HEADROOM_EXPRESS_PORTS: '0',
      HEADROOM_DJANGO_PORTS: '0',
    });
    await removeLeftovers();
    const asked = ['compare', 'express', 'express:tuned', ...load];
    finished = await lab.run(...asked, '--runtime', 'compose');
  }, 400_000);

  afterAll(async () => {
    await removeProjects((name) => name === project);
    lab?.remove();
  }, 60_000);

  test('are both up in each block, and asked in turns at names of their own', () => {
    expect([0, 4], finished.stderr).toContain(finished.code);
    const trials = RunFolder.open(lab.resultsDir).trials();
    expect(trials.length).toBeGreaterThan(0);
    for (const { plan } of trials) {
      const [a, b] = plan.turns?.arms ?? [];
      const second = a?.baseUrl === 'http://express:8080' ? b : a;
      expect([a?.baseUrl, b?.baseUrl]).toContain('http://express:8080');
      expect(second?.baseUrl).toBe(`http://express-${second?.name}:8080`);
    }
    // Who is started first has the app's own service, and they take turns in that too.
    const urls = trials.map(({ plan }) => plan.turns?.arms[0].baseUrl);
    if (finished.code === 0) expect(new Set(urls).size).toBe(2);
  });

  test('are answered by both, and the CPU of each is its own, in PostgreSQL too', () => {
    const [trial] = RunFolder.open(lab.resultsDir).trials();
    expect(trial?.summary?.steps.at(-1)).toMatchObject({ failed: 0, wrongBodies: 0 });
    const last = trial?.server?.usage.findLast(({ arms }) => arms?.a.subject && arms.b.subject);
    expect(last?.arms?.a.subject).toBeGreaterThan(0);
    expect(last?.arms?.b.subject).toBeGreaterThan(0);
    expect(last?.arms?.a.database).not.toBeNull();
    expect(last?.arms?.b.database).not.toBeNull();
  });

  test('leave no container behind', async () => {
    const label = [`${projectLabel}=${project}`];
    const left = await (await engine()).listContainers({ all: true, filters: { label } });
    expect(left.map(({ Names }) => Names)).toEqual([]);
  });
}
