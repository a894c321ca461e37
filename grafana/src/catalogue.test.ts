import { beforeAll, describe, expect, test } from 'vitest';
import slos from '../../contract/slo.json';
import { SERIES } from '../../k6/lib/series';
import { dashboards } from './catalogue';
import { type KnownMetrics, knownMetrics, readRules } from './checks/known-metrics';
import { meaningOf } from './checks/meaning';
import { appColours, coloursByWord, palette, partColours, stateColours } from './colours';
import { alertMark, phaseMarks } from './marks';
import { type Panel, panelsOf, type Query, queriesOf } from './model';
import { latencyBound, latencyP99 } from './queries/load';
import { allValues, fillIn } from './variables';

const panels = dashboards.flatMap(panelsOf);
const marks = dashboards.flatMap((dashboard) => dashboard.marks ?? []);
const queries = [...panels.flatMap(queriesOf), ...marks.map(({ query }) => query)];

let known: KnownMetrics;
beforeAll(() => {
  known = knownMetrics();
});

const meaning = (query: Query) => meaningOf(fillIn(query.expr, allValues), known);

test('each dashboard has an address and a question of its own', () => {
  expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
  for (const { question } of dashboards) expect(question).toMatch(/\?$/);
});

test('a name stands for one query', () => {
  const byName = Map.groupBy(queries, ({ name }) => name);
  for (const [name, same] of byName) {
    expect(new Set(same.map(({ expr }) => expr)).size, name).toBe(1);
  }
});

test('a query says when it has no result, and only then', () => {
  // Of these a metric cannot tell: the route is there, and nobody asks it.
  for (const query of queries.filter(({ when }) => when !== 'exhibit')) {
    expect(query.when ? [query.when] : [], query.name).toEqual(meaning(query).conditions);
  }
});

test('metrics of the k6 scripts are called as the scripts call them', () => {
  const ours = [...known].filter(([, { source }]) => source === 'script').map(([name]) => name);
  expect(ours.length).toBeGreaterThan(0);
  for (const name of ours) {
    const inScript = name.replace(/^k6_/, '').replace(/_(total|rate)$/, '');
    const names: string[] = Object.values(SERIES);
    // k6 adds _seconds to a trend of times; a gauge may bear it by itself.
    expect(
      names.includes(inScript) || names.includes(inScript.replace(/_seconds$/, '')),
      name,
    ).toBe(true);
  }
});

describe('panels', () => {
  test('in a table each row is named by labels that the result has', () => {
    for (const panel of panels) {
      if (panel.kind !== 'table') continue;
      for (const query of panel.queries) {
        expect([...meaning(query).labels].sort(), panel.title).toEqual(
          Object.keys(panel.rows).sort(),
        );
      }
    }
  });

  test('the points of a scatter chart belong to an app by their legend', () => {
    for (const panel of panels) {
      if (panel.kind !== 'scatter') continue;
      const legends = queriesOf(panel).map(({ legend }) => legend);
      expect(new Set(legends).size, panel.title).toBe(legends.length);
      for (const legend of legends) expect(legend, panel.title).toMatch(/^\{\{app\}\} /);
    }
  });

  test('every series has a colour that does not depend on the others', () => {
    for (const panel of panels) {
      for (const name of seriesNames(panel)) {
        const words = coloursByWord(panel.kind === 'timeseries' ? panel.words : []);
        expect(
          words.some(([word]) => new RegExp(`\\b${word}\\b`).test(name)),
          `${panel.title}: ${name}`,
        ).toBe(true);
      }
    }
  });
});

/** The names that a panel's series may have, as far as the values of their labels are declared. */
function seriesNames(panel: Panel): string[] {
  if (panel.kind !== 'timeseries') return [];
  return panel.queries.flatMap(({ legend, expr }) => {
    const label = /\{\{(\w+)\}\}/.exec(legend)?.[1];
    if (label === undefined) return [legend];
    const values = [...known]
      .filter(([metric]) => new RegExp(`\\b${metric}\\b`).test(expr))
      .flatMap(([, { labels }]) => labels[label]?.values ?? []);
    const asked = values.filter((value) => !expr.includes(`${label}!="${value}"`));
    return [...new Set(asked)].map((value) => legend.replace(`{{${label}}}`, value));
  });
}

describe('SLOs', () => {
  const bounded = panels
    .filter((panel) => panel.kind === 'timeseries')
    .flatMap(({ bounds }) => bounds ?? []);

  test('latency over time is drawn with the bound of the workload that is on', () => {
    const withQuantiles = panels.filter(
      (panel) => panel.kind === 'timeseries' && panel.queries.includes(latencyP99),
    );
    expect(withQuantiles.length).toBeGreaterThan(1);
    for (const panel of withQuantiles) expect(queriesOf(panel)).toContain(latencyBound);
  });

  test('the rules record the bound of each workload of contract/slo.json', () => {
    const recorded = readRules().filter(({ record }) => record === 'workload:slo_bound:seconds');
    expect(
      Object.fromEntries(recorded.map(({ expr, labels }) => [labels?.workload, expr])),
    ).toEqual(
      Object.fromEntries(
        Object.entries(slos).map(([workload, { thresholdSeconds }]) => [
          workload,
          `vector(${thresholdSeconds})`,
        ]),
      ),
    );
  });

  test('charts of shares have a line for each share of contract/slo.json', () => {
    const values = bounded.map(({ value }) => value);
    for (const { share } of Object.values(slos)) {
      expect(values).toContain(share);
      expect(values).toContain(Number((1 - share).toFixed(6)));
    }
  });
});

test('steps are marked where they are the subject, alerts where they are, and nothing else is', () => {
  const marked = (mark: (typeof marks)[number] | undefined) =>
    dashboards
      .filter((dashboard) => mark && dashboard.marks?.includes(mark))
      .map(({ title }) => title);
  expect(marked(phaseMarks[0])).toEqual(['Scaling', 'Concurrency']);
  expect(marked(alertMark)).toEqual(['Overview', 'Generator']);
});

test('good and bad have colours that mean nothing else', () => {
  const others: string[] = [
    ...Object.values({ ...appColours, ...partColours }),
    ...palette,
    ...phaseMarks.map(({ colour }) => colour),
  ];
  for (const colour of Object.values(stateColours)) expect(others).not.toContain(colour);
});

test('the colours of the apps, of good and of bad stand out on dark and on light ground (WCAG 2.2, 1.4.11)', () => {
  for (const colour of Object.values({ ...appColours, ...stateColours })) {
    for (const ground of ['#181B1F', '#FFFFFF']) {
      expect(contrast(colour, ground), `${colour} on ${ground}`).toBeGreaterThanOrEqual(3);
    }
  }
});

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((from) => Number.parseInt(colour.slice(from, from + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
