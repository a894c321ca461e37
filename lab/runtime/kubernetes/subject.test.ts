// A subject as its Deployment is told of it, from the manifest that the lab ships.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { rootDir } from '../../paths';
import { subjectOf } from '../subject';
import type { Change } from './cluster';
import { changesBack, changesFor, changesToStop, limitOf, originalOf } from './subject';
import type { Deployment } from './workload';

const manifest = readFileSync(join(rootDir, 'kubernetes/base/django.yaml'), 'utf8');
const deployment: Deployment = parseAllDocuments(manifest, { merge: true })
  .map((document) => document.toJS())
  .find(({ kind }) => kind === 'Deployment');
const original = originalOf(deployment);

const valueAt = (changes: readonly Change[], path: RegExp) =>
  changes.find((change) => path.test(change.path))?.value;
const environmentIn = (changes: readonly Change[]) =>
  Object.fromEntries(
    (valueAt(changes, /\/env$/) as { name: string; value?: string }[]).map(({ name, value }) => [
      name,
      value,
    ]),
  );

describe('a subject', () => {
  it('has the workers, pool and settings of its profile, and the manifest’s own variables', () => {
    const tuned = subjectOf('django', 'tuned', 1, { workers: 2 });
    const env = environmentIn(changesFor(tuned, deployment, original));
    expect(env).toMatchObject({
      WORKERS: '2',
      THREADS: String(tuned.threads),
      POOL_SIZE: String(tuned.pool),
      ...tuned.settings,
      METRICS_PORT: '9182',
    });
    // In the manifest's order: the password comes before the URL that has it.
    const names = Object.keys(env);
    expect(names.indexOf('APP_PASSWORD')).toBeLessThan(names.indexOf('DATABASE_URL'));
  });

  it('of the default profile has the variables that the manifest has', () => {
    const usual = subjectOf('django', 'default', 1);
    const env = environmentIn(changesFor(usual, deployment, original));
    for (const { name, value } of original.env) expect(env[name], name).toBe(value);
    expect(Object.keys(env)).toHaveLength(original.env.length);
  });

  it.each([
    [undefined, '1', '1'],
    [0.25, '250m', '250m'],
    [2, '2000m', '1'],
  ])('limited to %s cores has a limit of %s and asks for %s', (cpus, limit, request) => {
    const limited = subjectOf('django', 'default', 1, { ...(cpus && { cpus }), replicas: 3 });
    const changes = changesFor(limited, deployment, original);
    expect(valueAt(changes, /replicas$/)).toBe(3);
    expect(valueAt(changes, /resources$/)).toMatchObject({
      limits: { cpu: limit, memory: '768Mi' },
      requests: { cpu: request, memory: '768Mi' },
    });
  });
});

describe('a Deployment that was changed', () => {
  const markPath = '/metadata/annotations/headroom~1original';
  const stopped = (spec: Partial<Deployment['spec']> = {}): Deployment => {
    const before = { ...deployment, spec: { ...deployment.spec, ...spec } };
    const mark = valueAt(changesToStop(before, originalOf(before)), /headroom~1original$/);
    return {
      ...before,
      metadata: { ...before.metadata, annotations: { 'headroom/original': String(mark) } },
      spec: { ...before.spec, replicas: 0 },
    };
  };

  it('is marked in one with the first change, and by no later one', () => {
    expect(changesToStop(deployment, original)).toEqual([
      // A JSON patch adds to what is there alone.
      { op: 'add', path: '/metadata/annotations', value: {} },
      { op: 'add', path: markPath, value: JSON.stringify(original) },
      { op: 'add', path: '/spec/replicas', value: 0 },
    ]);
    const subject = subjectOf('django', 'default', 1);
    const later = [
      ...changesFor(subject, stopped(), original),
      ...changesToStop(stopped(), original),
    ];
    expect(later.filter(({ path }) => path.startsWith('/metadata'))).toEqual([]);
  });

  it('gets back what it had, and loses the mark', () => {
    const changes = changesBack(stopped(), original);
    expect(changes).toContainEqual({ op: 'remove', path: markPath });
    expect(valueAt(changes, /\/env$/)).toEqual(original.env);
    expect(valueAt(changes, /replicas$/)).toBe(1);
  });

  it('by a lab that was killed counts as what it was before', () => {
    expect(originalOf(stopped())).toEqual(original);
    expect(originalOf(stopped({ replicas: 5 })).replicas).toBe(5);
  });

  it('has the one replica that Kubernetes gives where the manifest names none', () => {
    const { replicas: _, ...spec } = deployment.spec;
    expect(originalOf({ ...deployment, spec }).replicas).toBe(1);
  });

  it('may use as many cores as its limit says', () => {
    expect(limitOf(original)).toBe(1);
    expect(limitOf({ ...original, resources: { limits: { cpu: '2500m' } } })).toBe(2.5);
    expect(limitOf({ ...original, resources: {} })).toBeUndefined();
  });
});
