// What `lab noise` shows: how far one subject falls from itself, and what that leaves to be found.
import { describePlace } from '../../measure/turns/interleaved';
import { armCharts, ratioChart } from '../../render/arm-charts';
import { formatFigure, percent, times, timesInterval } from '../../render/format';
import { appColour, armLooks } from '../../render/looks';
import { type Charts, type Column, type Notes, table, type View } from '../../render/view';
import type { RunRecord } from '../../results/schemas';
import { formatHeldLoadShort, midSentence } from '../../results/trial/measures';
import { median } from '../../statistics/descriptive';
import type { Noise, NoiseResult } from './analyse';

export function noiseView(result: NoiseResult, { id, subjects }: RunRecord): View[] {
  const { floors, label } = result;
  const [first] = floors;
  if (first === undefined) return [];
  const app = subjects[0]?.app ?? '';
  const looks = armLooks(
    { a: app, b: app },
    { a: `${label}, first arm`, b: `${label}, second arm` },
  );
  const known = floors.filter(({ noise }) => noise.floor !== null);
  return [
    {
      id: 'noise',
      title: 'Noise',
      blocks: [
        floorChart(result, known, id, app),
        table({
          caption: result.inTurns
            ? `${label} against itself in turns, ${first.runsAnArm} blocks: A over A, which should hold 1, and the smallest change that as many runs find four times in five`
            : `${label} against itself, ${first.runsAnArm} runs per arm: noise floors, and the smallest change that later comparisons find four times in five`,
          columns: columnsOf(first),
          rows: floors,
          ...(known.length > 0 && {
            slide: { title: titleOfDetectable(label, known[0] ?? first), notes },
          }),
        }),
      ],
    },
    { id: 'runs', title: 'Runs', blocks: armCharts(floors, looks, id, describePlace) },
  ];
}

const nameOf = ({ measure, workload }: Noise): string => `${measure.title} of ${workload}`;
const formatOrNone = (ratio: number | null): string => (ratio === null ? 'none' : percent(ratio));

const notOnSlides = { on: ['terminal', 'page'] } as const;
const columnsOf = ({ detectable }: Noise): Column<Noise>[] => [
  { title: 'Measure', is: 'words', cell: (one) => `${nameOf(one)}, ${one.measure.unit}` },
  { title: 'At', cell: ({ load }) => formatHeldLoadShort(load), ...notOnSlides, drop: 3 },
  {
    title: 'Median',
    cell: ({ runs }) => formatFigure(median(runs.map(({ value }) => value))),
    ...notOnSlides,
    drop: 4,
  },
  { title: 'Ratio', cell: ({ noise }) => times(noise.ratio), ...notOnSlides },
  { title: '95 % interval', cell: ({ noise }) => timesInterval(noise.interval), ...notOnSlides },
  { title: 'Spread (CV)', cell: ({ noise }) => formatOrNone(noise.cv), ...notOnSlides, drop: 5 },
  { title: 'Noise floor', cell: ({ noise }) => formatOrNone(noise.floor) },
  ...detectable.map(({ runs }, index) => ({
    title: `${runs} runs find`,
    cell: (one: Noise) => formatOrNone(one.detectable[index]?.change ?? null),
    // Of ten, which a verdict takes, last of all.
    drop: runs === 10 ? 2 : 6,
  })),
];

function floorChart(
  { floors, label }: NoiseResult,
  known: readonly Noise[],
  id: string,
  app: string,
): Charts {
  return {
    kind: 'charts',
    charts: [
      ratioChart({
        name: `ratios-${id}`,
        title: `${label} over itself`,
        reading:
          'Both arms are the same subject, so that the true ratio is 1. The line is the 95 % interval; its farther end is the noise floor, the pale bar. One interval in twenty is clear of 1 by chance.',
        axis: 'second arm over first',
        margin: null,
        rows: floors.map((one) => ({ label: nameOf(one), ...one.noise, colour: appColour(app) })),
      }),
    ],
    ...(known.length > 0 && { slide: floorSlide(label, known, app) }),
  };
}

function floorSlide(label: string, known: readonly Noise[], app: string): Charts['slide'] {
  const largest = known.reduce((most, one) =>
    (one.noise.floor ?? 0) > (most.noise.floor ?? 0) ? one : most,
  );
  const floor = percent(largest.noise.floor ?? 0);
  return {
    title: `${label} against itself differs by up to ${floor}`,
    notes,
    spans: {
      axis: 'second arm over first: equal arms, so that the true ratio is 1',
      isLog: true,
      at: 1,
      rows: known.map((one) => ({
        label: nameOf(one),
        low: one.noise.interval[0],
        high: one.noise.interval[1],
        at: one.noise.ratio,
        value: `${times(one.noise.ratio)} (${timesInterval(one.noise.interval)})`,
        colour: appColour(app),
      })),
    },
    reading: ['A difference between two subjects that is no larger than this is nothing yet.'],
  };
}

function titleOfDetectable(label: string, { detectable, measure }: Noise): string {
  const ten = detectable.find(({ runs }) => runs === 10);
  return ten?.change
    ? `Ten runs per arm find a change of ${percent(ten.change)} in ${label}’s ${midSentence(measure.title)}`
    : `What can be found in ${label}, by the number of runs`;
}

const notes: Notes = {
  measured:
    'One subject took turns with itself, on fresh processes and reset data where the lab starts them. The floor is the far end of the 95 % interval of A over A.',
  read: 'Detectable: the change that as many runs find four times in five.',
  notConcluded: 'That the floor holds tomorrow, at another load, or on another machine.',
};
