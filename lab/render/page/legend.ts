// What the marks of the charts mean, for pages that draw themselves.
import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import { appColour, appsOf, lineOfRun } from '../looks';
import { type LegendEntry, markLegend } from '../view';
import { drawLegend } from './draw-view';
import type { Markup } from './markup';
import { coreColours } from './timeline';

const solid = (app: string) => ({ line: { colour: appColour(app) } });

export const legend = (runs: readonly ReportedRun[]): Markup =>
  drawLegend([
    ...appsOf(runs).map(
      (app): LegendEntry => ({ mark: 'held', look: { app }, text: appTitle(app) }),
    ),
    ...markLegend(),
    ...(runs.length > 1
      ? runs.map(
          (_, run): LegendEntry => ({ line: { dash: lineOfRun(run) }, text: `run ${run + 1}` }),
        )
      : []),
  ]);

export const timelineLegend = (runs: readonly ReportedRun[]): Markup =>
  drawLegend([
    ...appsOf(runs).map((app) => ({ ...solid(app), text: appTitle(app) })),
    { line: { colour: coreColours.database }, text: 'PostgreSQL' },
    { line: { colour: coreColours.generator }, text: 'k6' },
    {
      line: { colour: coreColours.others, dash: [2, 2] },
      text: 'processes that are not the lab’s',
    },
  ]);

export const searchLegend = (app: string): Markup =>
  drawLegend([
    ...markLegend(['held', 'broken', 'void'], { app }),
    { ...solid(app), text: 'highest rate that holds' },
    { line: { colour: appColour(app), dash: [6, 4] }, text: 'lowest rate that fails' },
  ]);

export const scaleLegend = (app: string): Markup =>
  drawLegend([
    ...markLegend(['held', 'broken', 'void'], { app }),
    { ...solid(app), text: 'the fitted law, with its 95 % band' },
  ]);
