// What the rules share with the contract, the dashboards and the runbook. That they are PromQL and do
// what they should is for promtool and *.test.yaml (lab/launch.mjs).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import slos from '../../contract/slo.json';
import { dashboards } from '../../grafana/src/catalogue';
import {
  type KnownMetrics,
  knownMetrics,
  type Rule,
  readRules,
} from '../../grafana/src/checks/known-metrics';
import { meaningOf } from '../../grafana/src/checks/meaning';
import { panelsOf } from '../../grafana/src/model';
import { rootDir } from '../../lab/paths';
import { bounds } from '../../lab/results/trial/validity';

const rules = readRules();
const alerts = rules.filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);
const recorded = (name: string) => rules.filter(({ record }) => record === name);

let known: KnownMetrics;
beforeAll(() => {
  known = knownMetrics();
});

test('every rule asks for what exists', () => {
  for (const { record, alert, expr } of rules) {
    expect(meaningOf(expr, known).faults, record ?? alert).toEqual([]);
  }
});

test('a recorded name begins with the labels of its result', () => {
  for (const { record, expr, labels = {} } of rules) {
    if (record === undefined) continue;
    const kept = [...meaningOf(expr, known).labels, ...Object.keys(labels)];
    expect([...new Set(kept)].sort(), record).toEqual(
      Object.keys(known.get(record)?.labels ?? {}).sort(),
    );
  }
});

describe('the SLOs in the rules are those of contract/slo.json', () => {
  const routes = /http_route=~?"([^"]+)"/;
  const missed = recorded('app_workload:http_server_requests_slo_missed:rate5s');

  /** What the rules make of a request to this route: its bound, and the share that is asked. */
  function ruleOf(route: string) {
    const [rule, ...more] = missed.filter(({ expr }) =>
      // Prometheus anchors its patterns at both ends.
      new RegExp(`^(?:${routes.exec(expr)?.[1]})$`).test(route),
    );
    expect(more).toEqual([]);
    const workload = rule?.labels?.workload;
    const objective = recorded('workload:slo_objective:share').find(
      ({ labels }) => labels?.workload === workload,
    );
    return {
      thresholdSeconds: Number(/\ble="([^"]+)"/.exec(rule?.expr ?? '')?.[1]),
      share: Number(/^vector\((.*)\)$/.exec(objective?.expr ?? '')?.[1]),
    };
  }

  test.each(routesByWorkload())('%s: %s', (workload, route) => {
    expect(ruleOf(route)).toEqual(slos[workload]);
  });

  test('bounds are written as Prometheus writes them, else no bucket fits', () => {
    for (const { expr } of missed) expect(expr).toMatch(/\ble="\d+\.\d+"/);
  });

  test('all requests of a workload are counted, and the same ones that may miss', () => {
    const all = recorded('app_workload:http_server_requests:rate5s');
    expect(all.map(({ labels, expr }) => [labels, routes.exec(expr)?.[1]])).toEqual(
      missed.map(({ labels, expr }) => [labels, routes.exec(expr)?.[1]]),
    );
  });
});

test('of the shop, browse is watched as mixed: it shares its SLO', () => {
  expect(slos.browse).toEqual(slos.mixed);
});

/**
 * micro is the routes that the contract tags so, the shop's are its pages for people and its API; any
 * other workload is the route of its name.
 */
function routesByWorkload(): [keyof typeof slos, string][] {
  const { paths } = parse(readFileSync(join(rootDir, 'contract/openapi.yaml'), 'utf8'));
  const tagged = (tag: string) =>
    Object.keys(paths).filter((path) => paths[path].get?.tags?.includes(tag));
  const inFile = (file: string) =>
    Object.keys(paths).filter((path) => paths[path].$ref?.includes(file));
  const forPeople = inFile('shop-pages').filter((path) => !/^\/staff\/|\.(xml|txt)$/.test(path));
  const buying = ['/register', '/login', '/checkout'];
  const several: Partial<Record<keyof typeof slos, string[]>> = {
    micro: tagged('micro'),
    browse: [],
    mixed: forPeople.filter((route) => !buying.includes(route)),
    buy: buying,
    api: inFile('shop-api'),
  };
  return (Object.keys(slos) as (keyof typeof slos)[]).flatMap((workload) =>
    (several[workload] ?? [`/${workload}`]).map((route): [keyof typeof slos, string] => [
      workload,
      route,
    ]),
  );
}

test('the generator is saturated where its steps become void', () => {
  const { expr } = alerts.find(({ alert }) => alert === 'GeneratorSaturated') ?? {};
  expect(expr).toBe(`generator:cpu:share_rate5s > ${bounds.generatorShare}`);
});

describe.each(alerts.map((rule) => [rule.alert, rule] as const))('alert %s', (name, rule) => {
  const { summary, description, dashboard, runbook_url: runbook } = rule.annotations ?? {};

  test('says how bad it is and what is wrong', () => {
    expect(rule.labels?.severity).toMatch(/^(critical|warning)$/);
    expect(summary).toBeTruthy();
    expect(description).toBeTruthy();
  });

  test('leads to a dashboard that exists', () => {
    const uids = dashboards.map(({ uid }) => uid);
    expect(uids).toContain(/^\/d\/([\w-]+)/.exec(dashboard ?? '')?.[1]);
  });

  test('has a paragraph in the runbook', () => {
    expect(runbook).toBe(`docs/runbook.md#${name.toLowerCase()}`);
    const text = readFileSync(join(rootDir, 'docs/runbook.md'), 'utf8');
    const [, paragraph = ''] = text.split(`## ${name}\n`);
    for (const part of ['**What it means.**', '**How to check.**', '**What to do.**']) {
      expect(paragraph.split('\n## ')[0]).toContain(part);
    }
  });
});

test('the runbook names dashboards and panels as they are called', () => {
  const text = readFileSync(join(rootDir, 'docs/runbook.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const titles = dashboards.flatMap((one) => panelsOf(one).map(({ title }) => title));
  const named = [...text.matchAll(/\bpanels? ((?:"[^"]+"(?:, | and )?)+)/g)].flatMap(
    ([, names = '']) => [...names.matchAll(/"([^"]+)"/g)].map(([, name]) => name),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(titles).toEqual(expect.arrayContaining(named));
  const shown = [...text.matchAll(/\bDashboard ([A-Z]\w+)/g)].map(([, name]) => name);
  expect(shown.length).toBeGreaterThan(5);
  expect(dashboards.map(({ title }) => title.split(' ')[0])).toEqual(expect.arrayContaining(shown));
});

test('the runbook has no paragraph for an alert that there is not', () => {
  const text = readFileSync(join(rootDir, 'docs/runbook.md'), 'utf8');
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(alerts.map(({ alert }) => alert));
});
