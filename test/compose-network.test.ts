// The load network: internal, and closed to what is outside.
import { execa } from 'execa';
import { GenericContainer, Wait } from 'testcontainers';
import { beforeAll, describe, expect, test } from 'vitest';
import { engineProblem, Stack } from './compose-stack';
import { engine, projectLabel } from './container-projects';

const serverImage = 'prom/prometheus:v3.15.0';

const problem = engineProblem();
if (problem === undefined) describe('the load network', onEngine);
else test('the load network', (context) => context.skip(problem));

function onEngine(): void {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.open();
    await stack.up(['postgres', 'express', 'django', 'prometheus', 'lab']);
  }, 300_000);

  test('is internal, and the networks beside it let no answer back in', async () => {
    const docker = await engine();
    const [load, ...others] = await Promise.all(
      ['load', 'doors', 'screens'].map((name) =>
        docker.getNetwork(`${stack.project}_${name}`).inspect(),
      ),
    );
    expect(load?.Internal).toBe(true);
    expect(others).toHaveLength(2);
    for (const { Options } of others) {
      expect(Options?.['com.docker.network.bridge.enable_ip_masquerade']).toBe('false');
    }
  });

  test('reaches no server outside, though that one can be reached', async () => {
    await using outside = await new GenericContainer(serverImage)
      .withLabels({ [projectLabel]: stack.project })
      .withExposedPorts(9090)
      .withWaitStrategy(Wait.forHttp('/-/ready', 9090))
      .start();
    const address = outside.getIpAddress('bridge');
    const url = `http://${address}:9090/-/ready`;
    const wget = (...args: string[]) => ['--entrypoint', 'wget', ...args, '-T', '3', '-q', '-O-'];
    await execa('docker', ['run', '--rm', ...wget(serverImage), url]);

    const k6 = stack.compose('run', '--rm', '--no-deps', ...wget('k6'), url);
    await expect(k6).rejects.toThrow(/Network is unreachable/);
    const connect = `timeout 3 bash -c 'exec 3<>/dev/tcp/${address}/9090' || echo out of reach`;
    for (const service of ['express', 'django', 'lab', 'postgres']) {
      expect(await stack.shell(service, connect), service).toContain('out of reach');
    }
  }, 120_000);

  test('knows no name but its own', async () => {
    for (const service of ['express', 'lab']) {
      const lookUp = (name: string) => stack.shell(service, `getent hosts ${name} || echo unknown`);
      expect(await lookUp('postgres')).toMatch(/ postgres/);
      expect(await lookUp('example.invalid')).toBe('unknown');
    }
  });
}
