// What `lab compare` shows in report.html: the ratios on one axis, then the runs behind each.

import { describePlace } from '../../measure/turns/interleaved';
import { armLegend, armLooks, orderChart, stripChart } from '../../render/page/arms';
import { renderFigure } from '../../render/page/figure';
import { forestChart } from '../../render/page/forest-chart';
import { html, type Markup } from '../../render/page/markup';
import type { Section } from '../../render/page/shell';
import { table } from '../../render/page/table';
import { percent, times, timesInterval } from '../../render/said';
import type { RunRecord } from '../../results/schemas';
import { formatHeldLoadShort } from '../../results/trial/measures';
import { type CompareResult, formatVerdict } from './analyse';
import { formatFloor, formatRuns, medianOf } from './text';

export function comparedSections(result: CompareResult, run: RunRecord): Section[] {
  const { compared, labels } = result;
  if (compared.length === 0) return [];
  const [a, b] = run.subjects;
  const looks = armLooks({ a: a?.app ?? '', b: b?.app ?? '' }, labels);
  return [
    {
      id: 'ratios',
      title: 'Ratios',
      body: html`${renderFigure(ratios(result, run.id))}${verdictTable(result)}`,
    },
    {
      id: 'runs',
      title: 'Runs',
      body: html`${armLegend(looks, compared)}<div class="charts">${compared.map((one, index) => [
        renderFigure(stripChart(one, looks, `strip-${run.id}-${index + 1}`, describePlace(one))),
        renderFigure(orderChart(one, looks, `order-${run.id}-${index + 1}`, describePlace(one))),
      ])}</div>`,
    },
  ];
}

const ratios = ({ compared, labels, margin }: CompareResult, id: string) =>
  forestChart({
    name: `ratios-${id}`,
    title: `${labels.b} over ${labels.a}`,
    reading:
      'A dot is the ratio, its line the 95 % interval. Clear of 1 it is a difference; wholly inside the grey band it is equivalent within the margin; across 1 the runs cannot tell, which is not the same as equal. A dot inside its own pale bar is no larger than what one subject shows against itself.',
    axis: `${labels.b} over ${labels.a}`,
    margin,
    lines: compared.map(({ workload, measure, comparison, floor }) => ({
      label: `${measure.title} of ${workload} (${measure.better === 'lower' ? 'less' : 'more'} is better)`,
      ratio: comparison.ratio,
      interval: comparison.interval,
      floor: floor?.floor ?? null,
    })),
  });

function verdictTable(result: CompareResult): Markup {
  const { compared, labels, margin } = result;
  return table({
    caption: `Verdicts, margin ${percent(margin)}`,
    header: [
      'Measure',
      'Verdict',
      'At',
      `${labels.a}, median`,
      `${labels.b}, median`,
      'Ratio',
      '95 % interval',
      'Noise floor',
      'Cliff’s delta',
      'Runs per arm',
    ],
    rows: compared.map((one) => ({
      head: `${one.measure.title} of ${one.workload}, ${one.measure.unit}`,
      cells: [
        formatVerdict(one, labels),
        formatHeldLoadShort(one.load),
        medianOf(one, 'a'),
        medianOf(one, 'b'),
        times(one.comparison.ratio),
        timesInterval(one.comparison.interval),
        formatFloor(one),
        one.comparison.cliffsDelta.toFixed(2),
        formatRuns(one),
      ],
    })),
    words: [1],
  });
}
