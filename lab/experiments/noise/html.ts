// What `lab noise` shows in report.html: how far one subject falls from itself, and the runs.

import { describePlace } from '../../measure/turns/interleaved';
import { armLegend, armLooks, orderChart, stripChart } from '../../render/page/arms';
import { renderFigure } from '../../render/page/figure';
import { forestChart } from '../../render/page/forest-chart';
import { html } from '../../render/page/markup';
import type { Section } from '../../render/page/shell';
import { table } from '../../render/page/table';
import { times, timesInterval } from '../../render/said';
import type { RunRecord } from '../../results/schemas';
import { formatHeldLoadShort } from '../../results/trial/measures';
import type { NoiseResult } from './analyse';
import { formatOrNone, noiseMedian } from './text';

export function noiseSections(result: NoiseResult, run: RunRecord): Section[] {
  const { floors, label } = result;
  if (floors.length === 0) return [];
  const app = run.subjects[0]?.app ?? '';
  const looks = armLooks(
    { a: app, b: app },
    { a: `${label}, first arm`, b: `${label}, second arm` },
  );
  const plans = floors[0]?.detectable.map(({ runs }) => runs) ?? [];
  const forest = forestChart({
    name: `ratios-${run.id}`,
    title: `${label} over itself`,
    reading:
      'Both arms are the same subject, so that the true ratio is 1. The line is the 95 % interval; its farther end is the noise floor, the pale bar. An interval clear of 1 means that the order of the runs, or a neighbour, moves this machine: one time in twenty that is chance.',
    axis: 'second arm over first',
    margin: null,
    lines: floors.map(({ workload, measure, noise }) => ({
      label: `${measure.title} of ${workload}`,
      ratio: noise.ratio,
      interval: noise.interval,
      floor: noise.floor,
    })),
  });
  return [
    {
      id: 'noise',
      title: 'Noise',
      body: html`${renderFigure(forest)}${table({
        caption:
          'Noise floors, and the smallest change that later comparisons find four times in five',
        header: [
          'Measure',
          'At',
          'Median',
          'Ratio',
          '95 % interval',
          'Spread (CV)',
          'Noise floor',
          ...plans.map((runs) => `${runs} runs find`),
        ],
        rows: floors.map((one) => ({
          head: `${one.measure.title} of ${one.workload}, ${one.measure.unit}`,
          cells: [
            formatHeldLoadShort(one.load),
            noiseMedian(one),
            times(one.noise.ratio),
            timesInterval(one.noise.interval),
            formatOrNone(one.noise.cv),
            formatOrNone(one.noise.floor),
            ...one.detectable.map(({ change }) => formatOrNone(change)),
          ],
        })),
      })}`,
    },
    {
      id: 'runs',
      title: 'Runs',
      body: html`${armLegend(looks, floors)}<div class="charts">${floors.map((one, index) => [
        renderFigure(stripChart(one, looks, `strip-${run.id}-${index + 1}`, describePlace(one))),
        renderFigure(orderChart(one, looks, `order-${run.id}-${index + 1}`, describePlace(one))),
      ])}</div>`,
    },
  ];
}
