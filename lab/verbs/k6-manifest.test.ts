// `lab k6 manifest`: what it prints has the operator's fields and no others, and k6 runs the scripts in it as a
// runner of the operator does. The operator itself does not run here.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { Lab } from '../../test/lab-process';
import { toolsDir } from '../paths';

/** Of `spec` and of each pod in it, as k6-operator v1.5.0 declares them. */
const fields = {
  spec: [
    ...['script', 'parallelism', 'arguments', 'separate', 'quiet', 'paused', 'cleanup', 'ports'],
    ...['initializer', 'starter', 'runner'],
  ],
  pod: [
    ...['affinity', 'automountServiceAccountToken', 'env', 'envFrom', 'image', 'imagePullPolicy'],
    ...['imagePullSecrets', 'initContainers', 'livenessProbe', 'metadata', 'nodeSelector'],
    ...['priorityClassName', 'readinessProbe', 'resources', 'schedulerName', 'securityContext'],
    ...['containerSecurityContext', 'serviceAccountName', 'tolerations'],
    ...['topologySpreadConstraints', 'volumes', 'volumeMounts'],
  ],
};

async function manifestOf(...args: string[]) {
  const lab = await Lab.create({ HEADROOM_RATES: '20', HEADROOM_STEP_SECONDS: '1' });
  onTestFinished(() => lab.remove());
  const { code, stdout, stderr } = await lab.run('k6', 'manifest', ...args);
  expect(code, stderr).toBe(0);
  return { stdout, objects: parseAllDocuments(stdout).map((document) => document.toJS()) };
}

describe('a TestRun', () => {
  it('has the operator’s fields, and a ConfigMap that holds its scripts', async () => {
    const { stdout, objects } = await manifestOf('scaling', '--app', 'django', '--runners', '2');
    expect(stdout).toContain("the lab's own tests do not run");
    const [configMap, testRun] = objects;
    expect(testRun).toMatchObject({
      apiVersion: 'k6.io/v1alpha1',
      kind: 'TestRun',
      metadata: configMap.metadata,
      spec: {
        parallelism: 2,
        script: { configMap: { name: configMap.metadata.name, file: 'archive.tar' } },
      },
    });
    expect(fields.spec).toEqual(expect.arrayContaining(Object.keys(testRun.spec)));
    for (const part of ['initializer', 'starter', 'runner']) {
      expect(fields.pod, part).toEqual(expect.arrayContaining(Object.keys(testRun.spec[part])));
      expect(typeof testRun.spec[part].automountServiceAccountToken).toBe('string');
    }
    expect(Object.keys(configMap.binaryData)).toEqual(['archive.tar']);
    // What an object may hold.
    expect(configMap.binaryData['archive.tar'].length).toBeLessThan(1_000_000);
  });

  it('is run by k6 with the flags that a runner gets, and refused without the operator', async () => {
    const { objects } = await manifestOf('scaling', '--app', 'express', '--runners', '2');
    const [configMap, testRun] = objects;
    const folder = mkdtempSync(join(tmpdir(), 'headroom-testrun-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const archive = join(folder, 'archive.tar');
    writeFileSync(archive, Buffer.from(configMap.binaryData['archive.tar'], 'base64'));
    const ofRunner = [
      ...['run', '--quiet', '--execution-segment=0:1/2', '--execution-segment-sequence=0,1/2,1'],
      // Without the output, for which there is no Prometheus here.
      ...testRun.spec.arguments.split(' ').slice(2),
      ...[archive, '--address=127.0.0.1:0', '--tag', 'instance_id=1'],
    ];
    const { stderr } = await runK6(...ofRunner);
    // It goes through setup() and begins: nothing listens where the app would be.
    expect(stderr).toContain('"event":"step"'.replaceAll('"', '\\"'));
    expect(stderr).not.toContain('instead of');
    const without = await runK6(...ofRunner, '-e', 'HEADROOM_TESTRUN=0');
    expect(without.stderr).toMatch(/k6 would run with (executionSegment|tags)/);
  }, 60_000);
});

const runK6 = (...args: string[]) =>
  execa('k6', args, {
    env: { PATH: `${toolsDir}/bin:${process.env.PATH}`, K6_NO_USAGE_REPORT: 'true' },
    extendEnv: false,
    reject: false,
  });
