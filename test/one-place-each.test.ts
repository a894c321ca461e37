// What must be told of a scenario, a workload, a verb and an app in a second place (CONTRIBUTING.md, "One place each").
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Part } from '../contract/app';
import { apps } from '../contract/apps';
import { WORKLOADS } from '../k6/workloads/index';
import groups from '../lab/cli/verbs.json';
import { scenarioNames } from '../lab/experiments/run/measure';
import { partOf } from '../lab/measure/workloads';
import { rootDir } from '../lab/paths';

const textOf = (file: string): string => readFileSync(join(rootDir, file), 'utf8');
const usage = textOf('docs/usage.md');
/** Names between backticks in the first column of the table whose head begins like this. */
const tableOf = (head: string): string[] => {
  const [, rows = ''] = new RegExp(`^\\| ${head} \\|.*\\n((?:\\|.*\\n)+)`, 'm').exec(usage) ?? [];
  return rows.split('\n').flatMap((row) => {
    const [, first = ''] = row.split('|');
    return [...first.matchAll(/`(\w+)`/g)].flatMap(([, name = '']) => name);
  });
};

describe('a scenario', () => {
  const files = readdirSync(join(rootDir, 'k6/scenarios')).map((name) => name.replace('.ts', ''));

  it('is a file of k6’s, a plan of `lab run`, and a row in docs/usage.md', () => {
    expect([...scenarioNames].sort()).toEqual([...files].sort());
    expect(tableOf('scenario').sort()).toEqual([...files].sort());
  });

  // One user asks for everything once, and visits are not shared.
  it.each(files.filter((name) => !['smoke', 'shop'].includes(name)))(
    'can be shared by several k6: %s collects what each did',
    (name) => {
      expect(textOf(`k6/scenarios/${name}.ts`)).toContain('export { collect }');
    },
  );
});

describe('a workload', () => {
  type Operation = { tags: string[] };
  const { paths }: { paths: Record<string, Record<string, Operation>> } = parse(
    textOf('contract/openapi.yaml'),
  );
  const tagOf = (target: string): string =>
    paths[target.replace(/\?.*/, '')]?.get?.tags[0] ?? `${target} is not in the contract`;

  it.each(Object.entries(WORKLOADS))('%s is asked of apps that serve its routes', (name, load) => {
    const parts = new Set<Part | string>(
      'visits' in load ? ['shop'] : load.requests.map(({ target }) => tagOf(target)),
    );
    expect([...parts]).toEqual([partOf(name)]);
  });

  it('is a row in docs/usage.md', () => {
    expect(tableOf('workload').sort()).toEqual(Object.keys(WORKLOADS).sort());
  });
});

describe('a verb', () => {
  it('is a command in docs/usage.md', () => {
    const commands = [...usage.matchAll(/^ {4}npm (?:run lab -- |run )?(\w+)/gm)].map(([, name]) =>
      // What `npm start` is short for.
      name === 'start' ? 'tour' : name,
    );
    const verbs = Object.values(groups).flatMap((group) => Object.keys(group));
    expect(verbs.filter((verb) => !commands.includes(verb))).toEqual([]);
  });
});

describe('an app in apps/', () => {
  const subjects = apps.map(({ name }) => name).sort();

  it('has its image in a release', () => {
    const { jobs } = parse(textOf('.github/workflows/release.yml'));
    const released = jobs.images.strategy.matrix.include.map(
      ({ image }: { image: string }) => image,
    );
    expect(released.sort()).toEqual([...subjects, 'lab'].sort());
  });

  it('is on a cluster, where the lab may change it', () => {
    const [role] = textOf('kubernetes/base/rights.yaml')
      .split('\n---\n')
      .map((text) => parse(text))
      .filter(({ kind }) => kind === 'Role');
    expect(role.rules[0].resourceNames.sort()).toEqual(subjects);
    const { resources } = parse(textOf('kubernetes/base/kustomization.yaml'));
    expect(resources).toEqual(expect.arrayContaining(subjects.map((name) => `${name}.yaml`)));
  });

  it.each(['local', 'cluster'])('has its image in the overlay %s', (overlay) => {
    const { images } = parse(textOf(`kubernetes/overlays/${overlay}/kustomization.yaml`));
    const named = images.map(({ name }: { name: string }) => name.replace('headroom/', ''));
    expect(named.sort()).toEqual([...subjects, 'lab'].sort());
  });
});
