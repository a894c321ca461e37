// The images as they run in the composition, hardened and limited: each passes conformance.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { appNamed } from '../contract/apps';
import { registerCases } from '../contract/conformance/app-conformance';
import { fullSettings, type Subject } from '../contract/conformance/subjects';
import { groupsFor } from '../contract/conformance/suite';
import type { AppName } from '../lab/runtime/subject';
import { engineProblem, Stack } from './compose-stack';

/**
 * Healthy once, then left alone: the cases count each request and each statement. And a core each:
 * by default both have the same one, because a measurement loads one app at a time.
 */
const overrides = `services:
  express: { healthcheck: &once { interval: 1h } }
  django: { healthcheck: *once, environment: { CORES: '1' } }
`;

/**
 * Both apps are asked at a time, by a process each, on one stack: many cases wait for a timeout of
 * the app, and some measure it while it works.
 */
export function imageConformance(app: AppName): void {
  const problem = engineProblem();
  if (problem === undefined) describe(`the image of ${app}`, () => onEngine(app));
  else test(`the image of ${app} passes conformance`, (context) => context.skip(problem));
}

function onEngine(app: AppName): void {
  let subject: Subject;
  const groups = groupsFor({ app, container: true, again: true });

  beforeAll(async () => {
    const { workers, threads, poolSize, poolTimeoutSeconds, clientTimeoutSeconds } = fullSettings;
    const stack = await Stack.open({
      settings: {
        HEADROOM_EXPRESS_WORKERS: `${workers}`,
        HEADROOM_EXPRESS_POOL: `${poolSize}`,
        HEADROOM_DJANGO_WORKERS: `${workers}`,
        HEADROOM_DJANGO_THREADS: `${threads}`,
        HEADROOM_DJANGO_POOL: `${poolSize}`,
        HEADROOM_POOL_TIMEOUT_SECONDS: `${poolTimeoutSeconds}`,
        HEADROOM_CLIENT_TIMEOUT_SECONDS: `${clientTimeoutSeconds}`,
      },
      overrides,
    });
    await stack.up([app], { freshDatabase: app });
    const container = await stack.container(app);
    const database = stack.addressOf(await stack.container('postgres'));
    subject = {
      app,
      // Published, because an app answers to no address that it was not told of.
      baseUrl: await stack.urlOf(app, 8080),
      metricsUrl: `http://${stack.addressOf(container)}:${appNamed(app).ports?.metrics}/metrics`,
      databaseUrl: `postgres://postgres:headroom@${database}:5432/headroom_${app}`,
      rootPid: onlyChild(container.State.Pid),
      settings: fullSettings,
      container: true,
    };
  }, 300_000);
  registerCases(groups, () => subject);

  test('runs as the user it was built for, without a capability', () => {
    const status = readFileSync(`/proc/${subject.rootPid}/status`, 'utf8');
    expect(status).toMatch(app === 'express' ? /^Uid:\t1000\t/m : /^Uid:\t10001\t/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  });
}

/** A container's first process is its init, and the app's supervisor that one's only child. */
function onlyChild(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  expect(children, `children of ${pid}`).toHaveLength(1);
  return Number(children[0]);
}
