// What outlives `docker compose down`, and what does not. In a project of its own, which it removes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineProblem, Stack, until } from './compose-stack';
import { engine, projectLabel, projectNamed, removeProjects } from './container-projects';

/** Every second in place of every day. */
const oftenCleaned = ['express', 'django']
  .map((app) => `  ${app}-cleanup: { environment: { CLEANUP_EVERY: '1s' } }\n`)
  .reduce((text, service) => text + service, 'services:\n');

const problem = engineProblem();
if (problem === undefined) describe('data of the composition', onEngine);
else test('data of the composition', (context) => context.skip(problem));

function onEngine(): void {
  const project = projectNamed('data');
  const services = ['postgres', 'database', 'prometheus'];
  const cleanups = ['express-cleanup', 'django-cleanup'];
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.open({ project, overrides: oftenCleaned });
    await stack.up(services);
  }, 120_000);
  afterAll(() => removeProjects((name) => name === project));

  const oids = () =>
    stack.psql('postgres', "SELECT oid FROM pg_database WHERE datname LIKE 'headroom%' ORDER BY 1");

  test('loses what is over by the services of the profile cleanup', async () => {
    const tables = [
      ...[
        ['express', 'session'],
        ['express', 'login_attempt'],
      ],
      ...[
        ['django', 'django_session'],
        ['django', 'login_attempt'],
      ],
    ] as const;
    const rows = (app: string, sql: string) => stack.psql(`headroom_${app}`, sql);
    for (const [app, name] of tables) {
      const second = name === 'login_attempt' ? '1' : "'{}'";
      for (const [key, ends] of Object.entries({ over: '-1 minute', alive: '10 minutes' })) {
        await rows(
          app,
          `INSERT INTO ${name} VALUES ('${key}', ${second}, now() + interval '${ends}')`,
        );
      }
    }
    await stack.compose('--profile', 'cleanup', 'up', '--detach', '--build', ...cleanups);
    for (const [app, name] of tables) {
      await until(`${app}: only what is alive in ${name}`, 120, async () => {
        const left = await rows(app, `SELECT ${name}::text FROM ${name}`);
        return left.includes('alive') && !left.includes('over') ? left : undefined;
      });
    }
    await stack.compose('--profile', 'cleanup', 'rm', '--stop', '--force', ...cleanups);
  }, 300_000);

  test('survives `down`; the next `up` makes none of it again', async () => {
    await stack.psql('headroom_express', 'CREATE TABLE kept AS SELECT 42 AS answer');
    const before = await oids();
    // Of the first of its processes that it has samples of.
    const first = 'min_over_time(process_start_time_seconds{job="prometheus"}[15m])';
    const startedAt = await until('Prometheus knows itself', 30, async () => {
      const [seconds] = await stack.query(first);
      return seconds;
    });
    await stack.down({ removeVolumes: false });
    await stack.up(services);
    expect(before.split('\n').length).toBeGreaterThan(4);
    expect(await oids()).toBe(before);
    expect(await stack.psql('headroom_express', 'SELECT answer FROM kept')).toBe('42');
    expect(await stack.query(first)).toEqual([startedAt]);
  }, 120_000);

  test('is gone after `down --volumes`, and so is all else', async () => {
    await stack.down({ removeVolumes: true });
    const docker = await engine();
    const filters = { label: [`${projectLabel}=${project}`] };
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
    expect(await docker.listNetworks({ filters })).toEqual([]);
    const { Volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
    expect(Volumes ?? []).toEqual([]);
  }, 60_000);
}
