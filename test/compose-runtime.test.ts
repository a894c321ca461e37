// `--runtime compose` from the host, on a real engine: what it measures, reports and leaves behind.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findingsOf } from '../lab/experiments/conclude';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { schemaVersion } from '../lab/results/schemas';
import { subjectOf } from '../lab/runtime/subject';
import { engineProblem, killMainProcess, until } from './compose-stack';
import {
  engine,
  projectLabel,
  projectNamed,
  removeLeftovers,
  removeProjects,
} from './container-projects';
import { findBefore } from './found-before';
import { Lab, type Running } from './lab-process';

const project = projectNamed('runtime');
const runQuick = ['run', 'concurrency', '--app', 'express', '--quick', '--runtime', 'compose'];

const problem = engineProblem();
if (problem === undefined) describe('the lab on compose', onCompose);
else test('the lab on compose', (context) => context.skip(problem));

function onCompose(): void {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.create({
      COMPOSE_PROJECT_NAME: project,
      HEADROOM_EXPRESS_PORTS: '0',
      HEADROOM_DJANGO_PORTS: '0',
    });
    await removeLeftovers();
  }, 120_000);

  afterAll(async () => {
    await removeProjects((name) => name === project);
    lab?.remove();
  }, 60_000);

  const containers = async (state: 'any' | 'running' = 'any'): Promise<string[]> => {
    const all = await (await engine()).listContainers({
      all: state === 'any',
      filters: { label: [`${projectLabel}=${project}`] },
    });
    return all.flatMap(({ Names }) => Names.slice(0, 1).map((name) => name.slice(1)));
  };
  const containersOf = async (service: string, state: 'any' | 'running') =>
    (await containers(state)).filter((name) => name.startsWith(`${project}-${service}-`));

  const underLoad = async (...flags: string[]): Promise<Running> => {
    const running = lab.start(...runQuick, ...flags);
    await running.prints(/concurrency step_01/, 90);
    return running;
  };

  test('a run is measured from inside the network, and nothing is left but volumes', async () => {
    const { code, stderr } = await lab.run(...runQuick);
    expect(stderr).toMatch(/Building images for express, django, .*database, lab /);
    expect([0, 4], stderr).toContain(code);
    const folder = RunFolder.open(lab.resultsDir);
    expect(folder.run).toMatchObject({
      status: code === 0 ? 'complete' : 'void',
      runtime: { kind: 'compose', postgres: expect.stringMatching(/^container 18/) },
      tools: { k6: expect.stringMatching(/^grafana\/k6:2\.2\.0 sha256:\w{12}$/) },
      subjects: [{ app: 'express', replicas: 1 }],
      incidents: [],
    });
    const [trial] = folder.trials();
    expect(trial?.plan.baseUrl).toBe('http://express:8080');
    // The latest reading may find k6 gone already.
    const [sample] = trial?.server?.usage.slice(-3) ?? [];
    for (const part of ['subject', 'database', 'generator', 'lab', 'machine'] as const) {
      expect(sample?.[part], part).toBeGreaterThan(0);
    }
    // The containers on each part's cores are known for the lab's own, and the cores are watched.
    for (const { busy, own } of sample?.cores ?? []) {
      expect(own).toBeGreaterThan(0);
      expect(own).toBeLessThan(busy);
    }
    const watched = trial?.server?.coreSets?.length ?? 0;
    expect(watched).toBeGreaterThan(0);
    expect(sample?.cores).toHaveLength(watched);
    expect(trial?.server?.hiccups).toBeDefined();
    const steps = findingsOf(folder).trials.flatMap((each) => each.steps);
    for (const step of steps.filter(({ warmup }) => !warmup)) {
      expect(step.requests, step.name).toBeGreaterThan(0);
      expect(step.failed + step.wrongBodies, step.name).toBe(0);
      expect(step.subjectCores, step.name).toBeGreaterThan(0);
      expect(step.generatorShare, step.name).toBeGreaterThan(0);
      expect(step.serverMeanMs, step.name).toBeGreaterThan(0);
    }
    const summary = join(folder.trialPath(1), 'k6-summary.json');
    expect(statSync(summary).uid).toBe(process.getuid?.());
    expect(await containers()).toEqual([]);
  }, 180_000);

  test('two generators are two containers, which begin together and are measured as one', async () => {
    const { code, stderr } = await lab.run(...runQuick, '--workload', 'json', '--generators', '2');
    expect([0, 4], stderr).toContain(code);
    const [trial] = RunFolder.open(lab.resultsDir).trials();
    const generators = trial?.generators ?? [];
    expect(generators.map(({ ending }) => ending)).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    const steps = trial?.summary?.steps ?? [];
    expect(steps.length).toBeGreaterThan(1);
    for (const { name, requests, latencyMs } of steps) {
      const told = generators.map((each) => each.told[name] ?? 0);
      expect((told[0] ?? 0) + (told[1] ?? 0), name).toBe(requests);
      expect(latencyMs?.count, name).toBe(requests);
      // One user is one generator's.
      if (name !== 'step_01') expect(told, name).not.toContain(0);
    }
    expect(await containers()).toEqual([]);
  }, 180_000);

  test('stand-in images are named, and no capacity of theirs is to be published', async () => {
    const { Config } = await (await engine()).getImage('postgres:18-trixie').inspect();
    const { caveats } = RunFolder.open(lab.resultsDir).run.runtime;
    const said = caveats.some((caveat) => /Stand-in images \(.*postgres/.test(caveat));
    expect(said).toBe(Config.Labels?.standin === 'true');
  });

  test('a lab that is killed takes k6 with it', async () => {
    const running = await underLoad('--replicas', '2');
    expect(await containersOf('express', 'running')).toHaveLength(2);
    running.signal('SIGKILL');
    await running.ended;
    await until('k6 has ended', 15, async () =>
      (await containersOf('k6', 'running')).length === 0 ? true : undefined,
    );
    expect(RunFolder.open(lab.resultsDir).run.status).toBe('partial');
  }, 120_000);

  test('the next start clears that away; an app that dies in mid-trial is reported', async () => {
    const running = await underLoad();
    expect(await containersOf('k6', 'any')).toHaveLength(1);
    const [express = '', ...others] = await containersOf('express', 'running');
    expect(others).toEqual([]);
    await killMainProcess(await (await engine()).getContainer(express).inspect());
    const { code } = await running.ended;
    expect([0, 4]).toContain(code);
    const folder = RunFolder.open(lab.resultsDir);
    expect(folder.run.incidents.map(({ part, what }) => `${part} ${what}`)).toEqual([
      'express was ended by SIGKILL',
      'express was started again by Docker',
    ]);
    const steps = findingsOf(folder).trials.flatMap((trial) => trial.steps);
    expect(steps.at(-1)?.validity.state).toBe('void');
    expect(await containers()).toEqual([]);
  }, 120_000);

  test('replicas get their share of the core once they are up, and the run says what that tells', async () => {
    const running = lab.start(
      ...['scale', '--app', 'express', '--by', 'replicas', '--levels', '1,2', '--workload', 'db'],
      ...['--quick', '--runtime', 'compose'],
    );
    await running.prints(/concurrency step_01/, 120);
    const names = await containersOf('express', 'running');
    const limits = await Promise.all(
      names.map(async (name) => {
        const { HostConfig } = await (await engine()).getContainer(name).inspect();
        return HostConfig.NanoCpus;
      }),
    );
    const { code, stderr } = await running.ended;
    expect([0, 4], stderr).toContain(code);
    const folder = RunFolder.open(lab.resultsDir);
    const { subjects, trials } = folder.run;
    expect(subjects.map(({ replicas }) => replicas)).toEqual([1, 2]);
    const first = subjects[trials[0]?.subject ?? 0];
    expect(limits).toEqual(Array(first?.replicas).fill(Math.round((first?.cpus ?? 0) * 1e9)));
    expect(findingsOf(folder).warnings.join()).toContain('A CPU quota gives a container a share');
    expect(await containers()).toEqual([]);
  }, 240_000);

  let underWay: Running;
  test('its exporter shows what was found on this machine, and nothing of another’s', async () => {
    const { capacity } = await findBefore(lab.resultsDir);
    const [id = ''] = listRunIds(lab.resultsDir).filter((name) => name.includes('capacity'));
    const { run } = RunFolder.open(lab.resultsDir, id);
    const elsewhere = RunFolder.create(lab.resultsDir, {
      ...{ ...run, id: `${id}-elsewhere`, subjects: [subjectOf('django', 'default', 1)] },
      host: { ...run.host, cpuModel: 'another machine' },
    });
    elsewhere.write('analysis.json', { schemaVersion, experiment: capacity });
    underWay = await underLoad();
    const ask =
      "fetch('http://127.0.0.1:9190/metrics').then(async (page) => console.log(await page.text()))";
    const { stdout } = await execa('docker', ['exec', `${project}-exporter`, 'node', '-e', ask]);
    // The container has a share of the memory and one core, and yet the same fingerprint.
    const shown = stdout.split('\n').filter((line) => line.startsWith('headroom_capacity_rps{'));
    expect(shown).toEqual([
      `headroom_capacity_rps{app="express",profile="default",workload="micro"} ${capacity.searches[0]?.holdsRps}`,
    ]);
  }, 120_000);

  test('Ctrl-C in the middle: the run is partial, the exit 130, no container is left', async () => {
    underWay.signal('SIGINT');
    const { code } = await underWay.ended;
    expect(code).toBe(130);
    const folder = RunFolder.open(lab.resultsDir);
    expect(folder.run.status).toBe('partial');
    expect(existsSync(join(folder.trialPath(1), 'k6-summary.json'))).toBe(true);
    expect(await containers()).toEqual([]);
  }, 120_000);
}
