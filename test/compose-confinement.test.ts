// Every service of the composition comes up healthy, and may do no more than it needs to.
import { readFileSync } from 'node:fs';
import type { ContainerInspectInfo } from 'dockerode';
import { beforeAll, describe, expect, test } from 'vitest';
import { appNames } from '../lab/runtime/subject';
import { engineProblem, grafanaProblem, oneShots, Stack } from './compose-stack';

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
    expect((await fetch(`http://${address}/readyz`)).status).toBe(200);
  });

  test('Grafana image: Grafana comes up with its dashboards', (context) => {
    const reason = grafanaProblem();
    context.skip(reason !== undefined, reason);
    expect(containers.get('grafana')?.State.Health?.Status).toBe('healthy');
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
      expect(HostConfig.NanoCpus, service).toBeGreaterThan(0);
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

  test('has the same cores and limits, whichever app it runs', () => {
    const [express, django] = appNames.map((app) => {
      const { CpusetCpus, Memory, NanoCpus, PidsLimit } = containers.get(app)?.HostConfig ?? {};
      return { CpusetCpus, Memory, NanoCpus, PidsLimit };
    });
    expect(express?.CpusetCpus).toBeTruthy();
    expect(express).toEqual(django);
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
