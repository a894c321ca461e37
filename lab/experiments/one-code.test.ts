// A mark and a colour mean the same in every chart and on every slide.
import { beforeAll, describe, expect, it } from 'vitest';
import { appColours, apps, partColours } from '../../grafana/src/colours';
import { orderChart, stripChart } from '../render/arm-charts';
import { loadCharts, loadOf, stairsOf } from '../render/load-charts';
import { appsOf, appTint, armLooks } from '../render/looks';
import { figureOf } from '../render/page/draw-chart';
import type { Figure } from '../render/page/figure';
import { inks } from '../render/page/svg';
import { decks } from '../render/slides/decks.fixture';
import { appTitle } from '../results/findings';
import { type Outcome, outcomeOf } from '../results/trial/result';
import { subjectOf } from '../runtime/subject';
import { chartsOf } from './agreement.fixture';
import { deckOf, renderReport } from './documents';
import { type ReportedRun, viewOf } from './index';
import { realTourFixture } from './real-tour.fixture';
import { compareFixture } from './turns.fixture';

let runs: Record<string, ReportedRun[]>;
beforeAll(async () => {
  runs = await decks();
});
const one = (name: string): ReportedRun => {
  const [reported] = runs[name] ?? [];
  if (reported === undefined) throw new Error(`no run for ${name}`);
  return reported;
};

type Point = {
  value: [number, number | null];
  symbol: string;
  itemStyle: { color: string; borderColor: string; borderWidth: number };
};

/** Every mark that a chart draws. */
function pointsOf(figure: Figure): Point[] {
  const { series } = figure.option({ width: 600, height: 300 });
  return [series]
    .flat()
    .flatMap((each) => (each as { data?: unknown[] }).data ?? [])
    .filter((point): point is Point => (point as Point)?.symbol?.startsWith('path') ?? false)
    .filter(({ value: [, y] }) => y !== null);
}

/** The charts of an experiment's views, in their order. */
const figuresOf = ({ run, found: { experiment } }: ReportedRun): Figure[] =>
  ((experiment && viewOf(experiment, run)) ?? [])
    .flatMap(({ blocks }) => blocks)
    .flatMap((block) => (block.kind === 'charts' ? block.charts.map(figureOf) : []));

/** As somebody reads it who has the legend before them. */
function readMark({ symbol, itemStyle: { color, borderWidth } }: Point): Outcome {
  if (symbol.includes('M0.5 0.5L9.5 9.5')) return 'void';
  if (color !== inks.ground) return 'held';
  return borderWidth >= 3 ? 'overloaded' : 'broken';
}

describe('a mark', () => {
  it.each([2, 1.46])('says of each step of a tour what came of it (bound %d)', (bound) => {
    const reported = realTourFixture(bound);
    const seen = new Set<Outcome>();
    for (const model of ['open', 'closed'] as const) {
      const stairs = stairsOf(reported.found, model);
      for (const chart of loadCharts([reported])) {
        if (!chart.name.includes(model === 'open' ? '-by-rate-' : '-by-users-')) continue;
        const own = stairs.filter(({ workload }) => chart.name.endsWith(workload));
        const points = pointsOf(figureOf(chart));
        expect(points.length).toBeGreaterThan(own.length);
        for (const point of points) {
          const app = apps.find((name) => appColours[name] === point.itemStyle.borderColor);
          const step = own
            .find((each) => each.app === app)
            ?.steps.find((each) => loadOf(each) === point.value[0]);
          if (step === undefined) throw new Error(`${chart.name} draws a step that there is not`);
          expect(readMark(point), `${chart.name} ${app} ${step.name}`).toBe(outcomeOf(step));
          seen.add(outcomeOf(step));
        }
      }
    }
    expect([...seen].sort()).toEqual(
      bound === 2 ? ['broken', 'held', 'overloaded'] : ['broken', 'held', 'overloaded', 'void'],
    );
  });

  it('says it of each trial of a search', () => {
    const { experiment } = one('a search').found;
    if (experiment?.kind !== 'capacity') throw new Error('no search');
    for (const [index, search] of experiment.searches.entries()) {
      const points = pointsOf(figuresOf(one('a search'))[index] as Figure);
      const words = { held: 'held', failed: 'broken', void: 'void' } as const;
      expect(points.map(readMark)).toEqual(search.trials.map(({ outcome }) => words[outcome]));
    }
  });

  it('says it of each measurement of a scaling run', () => {
    const { experiment } = one('scaling').found;
    if (experiment?.kind !== 'scale') throw new Error('no scaling');
    // What was disturbed throughout has no figure, and so no mark.
    const outcomes = experiment.points.flatMap(({ rps, outcome }) => (rps === null ? [] : outcome));
    const [figure] = figuresOf(one('scaling'));
    expect(pointsOf(figure as Figure).map(readMark)).toEqual(outcomes);
    expect(new Set(outcomes)).toEqual(new Set(['held', 'broken', 'void']));
  });

  it('says it of each run of a comparison, in the shape of its app', () => {
    const { experiment } = compareFixture().found;
    if (experiment?.kind !== 'compare') throw new Error('no comparison');
    const looks = armLooks({ a: 'django', b: 'express' }, experiment.labels);
    for (const compared of experiment.compared) {
      const runs = compared.runs.map((run, index) => ({
        ...run,
        outcome: (['held', 'broken', 'overloaded'] as const)[index % 3] ?? 'held',
      }));
      const byPlace = (points: Point[]) => points.map((point) => `${readMark(point)}`).sort();
      const wanted = runs.map(({ outcome }) => `${outcome}`).sort();
      for (const chart of [stripChart, orderChart]) {
        const points = pointsOf(figureOf(chart({ ...compared, runs }, looks, 'runs', 'micro')));
        expect(byPlace(points)).toEqual(wanted);
        for (const { symbol, itemStyle } of points) {
          const express = itemStyle.borderColor === appColours.express;
          // A circle is Express's, whichever arm it is.
          expect(symbol.includes('A5 5')).toBe(express);
        }
      }
    }
  });

  it('of a plan is none of them, for nothing was measured', async () => {
    const page = await renderReport([one('a plan')]);
    expect(page).not.toContain('M0.5 0.5L9.5 9.5');
    expect(page).not.toMatch(/<path [^>]*fill="var\(--ground\)"/);
  });
});

/** An app's own colour and its tints. */
const family = (app: string): string[] => [0, 1, 2].map((series) => appTint(app, series));
const appOfColour = (colour: string): string | undefined =>
  apps.find((app) => family(app).includes(colour.toUpperCase()));

describe('a colour', () => {
  it('of a series on any slide is that of the app that it is of', async () => {
    for (const [name, reported] of Object.entries(runs)) {
      for (const slide of await deckOf(reported)) {
        for (const chart of chartsOf(slide)) {
          const colours = chart.series.map(({ colour }) => colour);
          expect(new Set(colours.filter(appOfColour)).size, slide.title).toBe(
            colours.filter(appOfColour).length,
          );
          for (const { name: said, colour } of [...chart.series, ...(chart.lines ?? [])]) {
            const about = `${name}, "${slide.title}", ${said}`;
            const named = apps.filter((app) => said.includes(appTitle(app)));
            const own = appOfColour(colour);
            if (named.length === 1) expect(own, about).toBe(named[0]);
            if (named.length === 2) expect(own, about).toBeUndefined();
            // What names no app is of the chart's.
            if (named.length === 0 && own !== undefined) {
              expect(`${chart.summary} ${slide.title}`, about).toContain(appTitle(own));
            }
            if (colour === partColours.database) expect(said, about).toMatch(/PostgreSQL|database/);
            if (colour === partColours.generator) expect(said, about).toMatch(/k6|generator/);
          }
        }
      }
    }
  });

  it('beside a sentence or a figure on any slide is that of the app that it names', async () => {
    for (const reported of Object.values(runs)) {
      for (const { blocks } of await deckOf(reported)) {
        blocks.forEach((block, index) => {
          if (block.kind === 'text') {
            const [first] = block.paragraphs;
            const own = first?.colour && appOfColour(first.colour);
            const text = block.paragraphs.map((each) => each.text).join(' ');
            if (own)
              expect(text.match(/Express|Django/g) ?? [appTitle(own)]).toContain(appTitle(own));
          }
          const beside = blocks[index + 1];
          if (block.kind !== 'bar' || beside?.kind !== 'text') return;
          const own = appOfColour(block.colour);
          const [sentence] = beside.paragraphs;
          const named = apps.filter((app) => sentence?.text.includes(appTitle(app)));
          const [only] = reported.length === 1 ? appsOf(reported) : [];
          if (own !== undefined && sentence?.size !== 20) {
            expect(named.length > 0 ? named : [only]).toEqual([own]);
          }
        });
      }
    }
  });

  it('of an app that was not there is on no page', async () => {
    const twice = compareFixture({
      subjects: [subjectOf('express', 'default', 1), subjectOf('express', 'tuned', 1)],
    });
    const pages = [twice, one('a search'), one('scaling'), one('noise'), one('a validation')];
    for (const reported of pages) {
      const [app = ''] = reported.run.subjects.map((subject) => subject.app);
      const page = await renderReport([reported]);
      const others = apps.filter((name) => name !== app).flatMap(family);
      for (const colour of others) expect(page, reported.run.id).not.toContain(colour);
      expect(page).toContain(appTint(app, 0));
    }
  });
});
