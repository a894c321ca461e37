// The whole composition on a real engine: it comes up, tours, is confined, scales, survives.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../contract/plan';
import type { Condition } from '../grafana/src/model';
import { fetchSums } from '../lab/runtime/metrics-page';
import { appNames } from '../lab/runtime/subject';
import { type Container, engineProblem, grafanaProblem, Stack, until } from './compose-stack';
import { askPanels, renderAnswers, unanswered } from './panel-answers';

/** They do their work before the others start, and end. */
const oneShots = ['database', 'results'];

const problem = engineProblem();
if (problem === undefined) composition();
else test('the composition on a real engine', (context) => context.skip(problem));

function composition(): void {
  let stack: Stack;
  let services: string[];

  beforeAll(async () => {
    stack = await Stack.create('headroom-test', {
      HEADROOM_GRAFANA_PORT: '0',
      HEADROOM_PROMETHEUS_PORT: '0',
      HEADROOM_LIVE_PORT: '0',
      HEADROOM_EXPRESS_PORTS: '0',
      HEADROOM_DJANGO_PORTS: '0',
      HEADROOM_TOUR_FLAGS: '--quick',
    });
    services = await stack.services();
  }, 60_000);

  afterAll(async () => {
    await stack?.discard();
  }, 60_000);

  test('a second build rebuilds nothing', async () => {
    await stack.compose('build');
    const before = await imagesOf(stack);
    const again = await stack.compose('--progress', 'plain', 'build');
    expect(await imagesOf(stack)).toEqual(before);
    expect(again.match(/^#\d+ CACHED$/gm)?.length).toBeGreaterThan(20);
  }, 300_000);

  test('every service comes up healthy', async () => {
    await stack.up(services);
    for (const service of services) {
      const { State } = await stack.container(service);
      if (oneShots.includes(service)) expect(State, service).toMatchObject({ ExitCode: 0 });
      else expect(State.Health?.Status, service).toBe('healthy');
    }
  }, 150_000);

  test('Grafana image: Grafana comes up with its dashboards', (context) => {
    const reason = grafanaProblem();
    context.skip(reason !== undefined, reason);
    expect(services).toContain('grafana');
  });

  describe('each container', () => {
    const each = async (check: (container: Container, service: string) => void) => {
      for (const service of services) check(await stack.container(service), service);
    };

    test('runs as an unprivileged user; the one that gives away a folder has no more than that', async () => {
      await each(({ Config, HostConfig }, service) => {
        expect(HostConfig.Privileged, service).toBe(false);
        expect(HostConfig.CapDrop, service).toEqual(['ALL']);
        if (service === 'results') {
          expect(HostConfig.CapAdd?.join(), service).toMatch(/^(CAP_)?CHOWN,(CAP_)?FOWNER$/);
          expect(HostConfig.NetworkMode, service).toBe('none');
        } else {
          expect(HostConfig.CapAdd, service).toBeNull();
          expect(Config.User, service).not.toMatch(/^(root|0)?(:|$)/);
        }
      });
    });

    test('has a root that cannot be written, and no way to new privileges', async () => {
      await each(({ HostConfig, State }, service) => {
        expect(HostConfig.ReadonlyRootfs, service).toBe(true);
        expect(HostConfig.SecurityOpt, service).toEqual(['no-new-privileges:true']);
        if (!State.Running) return;
        const status = readFileSync(`/proc/${State.Pid}/status`, 'utf8');
        expect(status, service).toMatch(/^NoNewPrivs:\t1$/m);
        expect(status, service).toMatch(/^CapEff:\t0+$/m);
        expect(status, service).toMatch(/^Uid:\t[1-9]/m);
      });
    });

    test('is limited in CPU, memory, processes and log', async () => {
      await each(({ HostConfig }, service) => {
        expect(HostConfig.NanoCpus, service).toBeGreaterThan(0);
        expect(HostConfig.Memory, service).toBeGreaterThan(0);
        expect(HostConfig.PidsLimit, service).toBeGreaterThan(0);
        expect(HostConfig.LogConfig.Config, service).toEqual({
          'max-size': '10m',
          'max-file': '3',
        });
      });
    });

    test('has an init, and restarts and is looked after for as long as it should run', async () => {
      await each(({ Config, HostConfig }, service) => {
        expect(HostConfig.Init, service).toBe(true);
        if (oneShots.includes(service)) return;
        expect(HostConfig.RestartPolicy.Name, service).toMatch(/^(unless-stopped|on-failure)$/);
        expect(Config.Healthcheck?.Test, service).not.toHaveLength(0);
      });
    });

    test('publishes on 127.0.0.1, if at all', async () => {
      await each(({ HostConfig }, service) => {
        for (const { HostIp } of Object.values(HostConfig.PortBindings).flat()) {
          expect(HostIp, service).toBe('127.0.0.1');
        }
      });
    });
  });

  test('both subjects have the same cores and limits', async () => {
    const [express, django] = await Promise.all(
      appNames.map(async (app) => {
        const { HostConfig } = await stack.container(app);
        const { CpusetCpus, Memory, NanoCpus, PidsLimit } = HostConfig;
        return { CpusetCpus, Memory, NanoCpus, PidsLimit };
      }),
    );
    expect(express).toEqual(django);
  });

  test('all limits together fit into 4 GB', async () => {
    const text = await stack.compose('--profile', 'tools', 'config', '--format', 'json');
    const all: Record<string, { mem_limit: string }> = JSON.parse(text).services;
    const bytes = Object.entries(all)
      .filter(([name]) => !oneShots.includes(name))
      .map(([, { mem_limit }]) => Number(mem_limit));
    expect(bytes.reduce((total, limit) => total + limit)).toBeLessThanOrEqual(4 * 2 ** 30);
  });

  describe('the load network', () => {
    test('is internal, and the networks beside it let no answer back in', async () => {
      const { stdout } = await execa('docker', [
        ...['network', 'inspect'],
        ...['load', 'doors', 'screens'].map((name) => `${stack.project}_${name}`),
      ]);
      const [load, ...others] = JSON.parse(stdout);
      expect(load.Internal).toBe(true);
      expect(others).toHaveLength(2);
      for (const { Options } of others) {
        expect(Options['com.docker.network.bridge.enable_ip_masquerade']).toBe('false');
      }
    });

    test('reaches no server outside, though that one can be reached', async () => {
      const outside = `${stack.project}-outside`;
      const wget = (...args: string[]) => ['--entrypoint', 'wget', ...args, '-T', '3', '-q', '-O-'];
      await execa('docker', ['network', 'create', outside]);
      try {
        await execa('docker', [
          ...['run', '--detach', '--name', outside, '--network', outside],
          'prom/prometheus:v3.15.0',
        ]);
        const address = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
        const { stdout } = await execa('docker', ['inspect', '--format', address, outside]);
        const url = `http://${stdout}:9090/-/ready`;
        const neighbour = ['run', '--rm', '--network', outside, ...wget('prom/prometheus:v3.15.0')];
        await until('the server outside is up', 30, () => execa('docker', [...neighbour, url]));

        const k6 = stack.compose('run', '--rm', '--no-deps', ...wget('k6'), url);
        await expect(k6).rejects.toThrow(/Network is unreachable/);
        const connect = `timeout 3 bash -c 'exec 3<>/dev/tcp/${stdout}/9090' || echo out of reach`;
        for (const service of ['express', 'django', 'lab', 'postgres']) {
          const said = await stack.compose('exec', '-T', service, 'bash', '-c', connect);
          expect(said, service).toContain('out of reach');
        }
      } finally {
        await execa('docker', ['rm', '--force', '--volumes', outside]);
        await execa('docker', ['network', 'rm', outside]);
      }
    }, 120_000);

    test('knows no name but its own', async () => {
      const lookUp = 'getent hosts example.invalid || echo unknown';
      const startedMs = Date.now();
      for (const service of ['express', 'lab']) {
        expect(await stack.compose('exec', '-T', service, 'bash', '-c', lookUp)).toBe('unknown');
      }
      // A question that had gone out would have waited there.
      expect(Date.now() - startedMs).toBeLessThan(4000);
    });
  });

  test('the lab tours by itself, and goes on serving its metrics', async () => {
    const run = await until('the tour is complete', 180, async () => {
      const [run] = readdirSync(stack.resultsDir);
      if (run === undefined) return undefined;
      const file = join(stack.resultsDir, run, 'run.json');
      const { status } = JSON.parse(readFileSync(file, 'utf8'));
      // Void is an honest end too: on a busy machine every step of a subject may be.
      return ['complete', 'void'].includes(status) ? file : undefined;
    });
    const { Config, State, RestartCount } = await stack.container('lab');
    expect(`${statSync(run).uid}`, 'owner of the results').toBe(Config.User.split(':')[0]);
    expect({ RestartCount, health: State.Health?.Status }).toEqual({
      RestartCount: 0,
      health: 'healthy',
    });
    // A scrape that came late leaves a gap of one interval.
    await until('the exporter sees the database', 20, async () =>
      (await ask(stack, 'pg_up'))[0] === 1 ? true : undefined,
    );
    const loaded = 'count by (app) (last_over_time(k6_http_reqs_total[15m]))';
    expect(await ask(stack, loaded), 'apps that k6 wrote series of').toHaveLength(2);
  }, 200_000);

  test('every query of every dashboard is answered, except of what this machine lacks', async () => {
    const toSeconds = Date.now() / 1000;
    const answers = await askPanels(await stack.urlOf('prometheus', 9090), {
      fromSeconds: toSeconds - 180,
      toSeconds,
    });
    console.log(renderAnswers(answers));
    const absent: Condition[] = [
      'native',
      'pressure',
      'night',
      'finding',
      'alert',
      'event',
      'exhibit',
    ];
    expect(unanswered(answers, absent)).toEqual([]);
  }, 60_000);

  test.each(appNames)('k6 loads %s on demand', async (app) => {
    const said = await stack.compose(
      ...['run', '--rm', '--env', `HEADROOM_APP=${app}`, 'k6', 'run', 'scenarios/smoke.ts'],
    );
    expect(said).toMatch(/checks_succeeded\.+: 100\.00%/);
  });

  test('three replicas get a third of the load each, and Prometheus finds them all', async () => {
    await stack.up(['express'], '--scale', 'express=3');
    const replicas = await stack.containers('express');
    expect(replicas).toHaveLength(3);
    await until('Prometheus scrapes three replicas', 30, async () =>
      (await ask(stack, 'count(up{job="express"} == 1)'))[0] === 3 ? true : undefined,
    );

    const plan = join(stack.folder, 'plan.json');
    writeFileSync(plan, JSON.stringify(evenLoad), { mode: 0o644 });
    const before = await Promise.all(replicas.map((replica) => answersOf(stack, replica)));
    const mounted = ['--volume', `${plan}:/plan.json:ro`, '--env', 'HEADROOM_PLAN=/plan.json'];
    const load = stack.compose(
      ...['run', '--rm', ...mounted, 'k6', 'run', '--quiet', 'scenarios/scaling.ts'],
    );
    const seen = until('Prometheus scrapes this k6', 30, async () =>
      (await ask(stack, 'count(up{job="k6"} == 1)'))[0] === 1 ? true : undefined,
    );
    await Promise.all([load, seen]);
    expect(await stack.containers('express'), 'a run of k6 leaves the replicas').toHaveLength(3);
    const after = await Promise.all(replicas.map((replica) => answersOf(stack, replica)));
    const shares = after.map((count, index) => count - (before[index] ?? 0));
    const mean = shares.reduce((total, share) => total + share) / shares.length;
    expect(mean).toBeGreaterThan(100);
    for (const share of shares) {
      expect(Math.abs(share / mean - 1), `requests of each replica: ${shares}`).toBeLessThan(0.2);
    }
    await stack.up(['express'], '--scale', 'express=1');
  }, 180_000);

  describe('a main process that is killed is started again, and all is well after', () => {
    const killed = async (service: string) => {
      const before = await stack.container(service);
      await stack.killMainProcess(before);
      await until(`${service} is healthy again`, 60, async () => {
        const { RestartCount, State } = await stack.container(service);
        const isBack = RestartCount > before.RestartCount && State.Health?.Status === 'healthy';
        return isBack ? true : undefined;
      });
    };
    const answers = (app: string) =>
      until(`${app} reads its database`, 30, async () => {
        const response = await fetch(`${await stack.urlOf(app, 8080)}/db`);
        return response.ok ? true : undefined;
      });

    test.each(appNames)(
      '%s',
      async (app) => {
        await killed(app);
        await answers(app);
      },
      120_000,
    );

    test('postgres', async () => {
      await killed('postgres');
      for (const app of appNames) await answers(app);
    }, 180_000);

    test('prometheus, which keeps what it knew', async () => {
      await killed('prometheus');
      const [requests] = await ask(stack, 'count(last_over_time(k6_http_reqs_total[15m]))');
      expect(requests).toBeGreaterThan(0);
    }, 120_000);

    test('lab', async () => {
      await killed('lab');
      await stack.compose('stop', 'lab');
      const runs = readdirSync(stack.resultsDir);
      expect(runs, 'it tours anew').toHaveLength(2);
    }, 120_000);
  });

  test('data survives `down`, the next `up` takes seconds, and `down -v` clears it', async () => {
    const psql = (statement: string) =>
      stack.compose(
        ...['exec', '-T', 'postgres', 'psql', '--username=postgres', '--no-align', '--tuples-only'],
        ...['--dbname=headroom_express', `--command=${statement}`],
      );
    await psql('CREATE TABLE kept AS SELECT 42 AS answer');
    await stack.compose('down');
    const startedMs = Date.now();
    await stack.up(['postgres', ...appNames, 'prometheus']);
    expect((Date.now() - startedMs) / 1000, 'seconds to the second up').toBeLessThan(40);
    expect(await psql('SELECT answer FROM kept')).toBe('42');
    const [requests] = await ask(stack, 'count(last_over_time(k6_http_reqs_total[15m]))');
    expect(requests).toBeGreaterThan(0);

    await stack.remove();
    const ours = ['--filter', `label=com.docker.compose.project=${stack.project}`, '--quiet'];
    expect((await execa('docker', ['volume', 'ls', ...ours])).stdout).toBe('');
    expect((await execa('docker', ['ps', '--all', ...ours])).stdout).toBe('');
  }, 180_000);
}

/** Few enough that each third is served at ease, enough users that each replica gets some. */
const evenLoad: Plan = {
  schemaVersion: 1,
  scenario: 'scaling',
  run: 'balance',
  trial: 1,
  app: 'express',
  baseUrl: 'http://express:8080',
  allowHosts: [],
  workload: 'micro',
  steps: [
    {
      name: 'step_01',
      durationSeconds: 10,
      warmup: false,
      load: { model: 'open', rateRps: 60, maxVUs: 30 },
    },
  ],
  gapSeconds: 0,
  gracefulStopSeconds: 2,
  seed: 1,
  slo: { share: 0.99, thresholdSeconds: 0.1 },
  sampleEvery: 20,
};

async function imagesOf(stack: Stack): Promise<string[]> {
  const names = [...appNames, 'lab'].map((name) => `${stack.project}-${name}`);
  const { stdout } = await execa('docker', ['inspect', '--format', '{{.Id}}', ...names]);
  return stdout.split('\n');
}

/** What Prometheus answers to an instant query: the values of its series. */
async function ask(stack: Stack, query: string): Promise<number[]> {
  const url = `${await stack.urlOf('prometheus', 9090)}/api/v1/query`;
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ query }) });
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  return data.result.map(({ value }) => Number(value[1]));
}

/** Requests that a replica has answered, whatever they asked. */
async function answersOf(stack: Stack, replica: Container): Promise<number> {
  const sum = await fetchSums([`http://${stack.addressOf(replica)}:9181/metrics`]);
  return sum('http_server_request_duration_seconds_count');
}
