// Every service of the composition comes up healthy, and may do no more than it needs to.
import { readFileSync } from 'node:fs';
import type { ContainerInspectInfo } from 'dockerode';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { rootDir } from '../lab/paths';
import { childrenOf } from '../lab/proc';
import { parseCpuList } from '../lab/runtime/native/topology';
import { appNames } from '../lab/runtime/subject';
import { engineProblem, grafanaProblem, oneShots, Stack, until } from './compose-stack';

const problem = engineProblem();
if (problem === undefined) describe('a container of the composition', onEngine);
else test('a container of the composition', (context) => context.skip(problem));

function onEngine(): void {
  let stack: Stack;
  const containers = new Map<string, ContainerInspectInfo>();

  beforeAll(async () => {
    stack = await Stack.open();
    const services = await stack.services();
    await stack.up(services);
    for (const service of services) containers.set(service, await stack.container(service));
  }, 300_000);

  const each = (check: (container: ContainerInspectInfo, service: string) => void) => {
    expect(containers.size).toBeGreaterThan(oneShots.length);
    for (const [service, container] of containers) check(container, service);
  };

  test('comes up healthy', async () => {
    const listed = (await stack.compose('ps')).split('\n').slice(1);
    expect(listed).toHaveLength(containers.size - oneShots.length);
    for (const line of listed) expect(line).toContain('(healthy)');
    each(({ State }, service) => {
      if (oneShots.includes(service)) expect(State, service).toMatchObject({ ExitCode: 0 });
      else expect(State.Health?.Status, service).toBe('healthy');
    });
  });

  test('says where it is reached', async () => {
    const address = await stack.compose('port', 'express', '8080');
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    // For a moment it is not: the tour that has begun resets its database.
    await until('it is ready', 20, async () =>
      (await fetch(`http://${address}/readyz`)).status === 200 ? true : undefined,
    );
  });

  test('Grafana image: Grafana comes up with its dashboards', (context) => {
    const reason = grafanaProblem();
    context.skip(reason !== undefined, reason);
    expect(containers.get('grafana')?.State.Health?.Status).toBe('healthy');
  });

  test('asks no resolver but Docker’s own', () => {
    each(({ HostConfig }, service) => expect(HostConfig.Dns, service).toEqual(['127.0.0.1']));
  });

  test('runs as an unprivileged user; the one that gives away a folder has no more than that', () => {
    each(({ Config, HostConfig }, service) => {
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

  test('has a root that cannot be written, and no way to new privileges', () => {
    each(({ HostConfig, State }, service) => {
      expect(HostConfig.ReadonlyRootfs, service).toBe(true);
      expect(HostConfig.SecurityOpt, service).toEqual(['no-new-privileges:true']);
      if (!State.Running) return;
      const status = readFileSync(`/proc/${State.Pid}/status`, 'utf8');
      expect(status, service).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status, service).toMatch(/^CapEff:\t0+$/m);
      expect(status, service).toMatch(/^Uid:\t[1-9]/m);
    });
  });

  test('is limited in CPU, memory, processes and log', () => {
    each(({ HostConfig }, service) => {
      // The generator's limit is its cores.
      if (service !== 'lab') expect(HostConfig.NanoCpus, service).toBeGreaterThan(0);
      expect(HostConfig.Memory, service).toBeGreaterThan(0);
      expect(HostConfig.PidsLimit, service).toBeGreaterThan(0);
      expect(HostConfig.LogConfig?.Config, service).toEqual({ 'max-size': '10m', 'max-file': '3' });
    });
  });

  test('has an init, and restarts and is looked after for as long as it should run', () => {
    each(({ Config, HostConfig }, service) => {
      expect(HostConfig.Init, service).toBe(true);
      if (oneShots.includes(service)) return;
      expect(HostConfig.RestartPolicy?.Name, service).toMatch(/^(unless-stopped|on-failure)$/);
      expect(Config.Healthcheck?.Test?.length, service).toBeGreaterThan(0);
    });
  });

  test('publishes on 127.0.0.1, if at all', () => {
    let published = 0;
    each(({ HostConfig }, service) => {
      const bindings: { HostIp: string }[][] = Object.values(HostConfig.PortBindings ?? {});
      for (const { HostIp } of bindings.flat()) {
        expect(HostIp, service).toBe('127.0.0.1');
        published += 1;
      }
    });
    expect(published).toBeGreaterThan(0);
  });

  test('keeps to the cores that `placement` found for its part', async () => {
    const found = await stack.shell('lab', 'grep . /placement/*');
    const parts = { express: 'subject', django: 'subject', postgres: 'database' };
    for (const [service, part] of Object.entries({
      ...parts,
      prometheus: 'screens',
      lab: 'screens',
    })) {
      const [, cores] = new RegExp(`^/placement/${part}:(\\S+)$`, 'm').exec(found) ?? [];
      // The first child of the init; the lab's k6 has cores of its own.
      const [main = 0] = childrenOf(containers.get(service)?.State.Pid ?? 0);
      const status = readFileSync(`/proc/${main}/status`, 'utf8');
      const allowed = /^Cpus_allowed_list:\t(\S+)$/m.exec(status)?.[1];
      expect(parseCpuList(allowed ?? ''), service).toEqual(parseCpuList(cores ?? ''));
    }
  });

  test('has the same limits, whichever app it runs', () => {
    const [express, django] = appNames.map((app) => {
      const { Memory, NanoCpus, PidsLimit } = containers.get(app)?.HostConfig ?? {};
      return { Memory, NanoCpus, PidsLimit };
    });
    expect(express).toEqual(django);
  });

  test('has no CPU limit where the engine has no controller for one, and the run says so', async () => {
    const overlaid = ['--file', 'docker-compose.no-limits.yml', '--profile', '*'];
    const text = await stack.compose(...overlaid, 'config', '--format', 'json');
    const all: Record<string, Record<string, unknown>> = JSON.parse(text).services;
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['k6', 'nightly', 'express-cleanup']));
    for (const [name, { cpus, cpuset, cpu_shares, environment }] of Object.entries(all)) {
      expect([cpus, cpuset, cpu_shares], name).toEqual([undefined, undefined, undefined]);
      if (name === 'lab' || name === 'nightly') {
        expect(environment, name).toMatchObject({
          HEADROOM_CAVEAT: expect.stringMatching(/^No CPU limits/),
        });
      }
    }
  });

  test('is of a release where .env names one, and none is built', async () => {
    const config = async (images: string): Promise<string> => {
      const files = ['--file', 'docker-compose.yml', '--file', 'docker-compose.images.yml'];
      const { all } = await execa(
        'docker',
        ['compose', ...files, '--profile', '*', 'config', '--format', 'json'],
        {
          ...{ cwd: rootDir, all: true, reject: false },
          env: { HEADROOM_IMAGES: images, HEADROOM_IMAGES_TAG: '1.2.3' },
        },
      );
      return all;
    };
    const { services }: { services: Record<string, { image: string; build?: object }> } =
      JSON.parse(await config('registry.example/headroom'));
    expect(Object.values(services).filter(({ build }) => build !== undefined)).toEqual([]);
    for (const name of [...appNames, 'lab']) {
      expect(services[name]?.image).toBe(`registry.example/headroom/${name}:1.2.3`);
    }
    expect(await config('')).toContain('say in .env where the images are');
  });

  test('and all that `docker compose up` starts have limits that fit into 4 GB together', async () => {
    const text = await stack.compose('config', '--format', 'json');
    const all: Record<string, { mem_limit: string }> = JSON.parse(text).services;
    const bytes = Object.entries(all)
      .filter(([name]) => !oneShots.includes(name))
      .map(([, { mem_limit }]) => Number(mem_limit));
    expect(bytes.reduce((total, limit) => total + limit)).toBeLessThanOrEqual(4 * 2 ** 30);
  });
}
