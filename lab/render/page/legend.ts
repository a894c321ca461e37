// Legends of the experiments that still draw themselves.
import { appColour } from '../looks';
import { markLegend } from '../view';
import { drawLegend } from './draw-view';
import type { Markup } from './markup';

export const searchLegend = (app: string): Markup =>
  drawLegend([
    ...markLegend(['held', 'broken', 'void'], { app }),
    { line: { colour: appColour(app) }, text: 'highest rate that holds' },
    { line: { colour: appColour(app), dash: [6, 4] }, text: 'lowest rate that fails' },
  ]);

export const scaleLegend = (app: string): Markup =>
  drawLegend([
    ...markLegend(['held', 'broken', 'void'], { app }),
    { line: { colour: appColour(app) }, text: 'the fitted law, with its 95 % band' },
  ]);
