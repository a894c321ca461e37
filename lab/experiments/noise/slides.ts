// The same against the same: the noise floor, and what it leaves to be found.
import { describePlace } from '../../measure/turns/interleaved';
import { appColour } from '../../render/page/figure';
import { percent, times, timesInterval } from '../../render/said';
import { type Message, messageSlides } from '../../render/slides/message-slides';
import type { Notes, Slide } from '../../render/slides/model';
import type { ReportedRun } from '../../results/reported-run';
import type { Noise, NoiseResult } from './analyse';

export function noiseSlides({ run }: ReportedRun, result: NoiseResult): Slide[] {
  const known = result.floors.filter(({ noise }) => noise.floor !== null);
  if (known.length === 0) return [];
  const app = run.subjects[0]?.app ?? '';
  return messageSlides(
    [floorMessage(app, result, known), detectableMessage(result, known)],
    notes,
    run.id,
  );
}

function floorMessage(app: string, { label }: NoiseResult, floors: readonly Noise[]): Message {
  const largest = floors.reduce((most, one) =>
    (one.noise.floor ?? 0) > (most.noise.floor ?? 0) ? one : most,
  );
  return {
    title: `${label} against itself differs by up to ${percent(largest.noise.floor ?? 0)}`,
    charts: [
      {
        kind: 'bar',
        summary: 'The noise floor of each measure, in per cent.',
        categories: floors.map(({ measure, workload }) => `${measure.title}, ${workload}`),
        series: [
          {
            name: 'noise floor',
            colour: appColour(app),
            values: floors.map(({ noise }) => 100 * (noise.floor ?? 0)),
          },
        ],
        x: '',
        y: 'noise floor, %',
      },
    ],
    figures: [
      {
        value: percent(largest.noise.floor ?? 0),
        label: `${largest.measure.title} of ${describePlace(largest)}`,
      },
      {
        value: times(largest.noise.ratio),
        label: `A over A there, 95 %: ${timesInterval(largest.noise.interval)}`,
      },
    ],
    reading: ['A difference between two subjects that is no larger than this is nothing yet.'],
  };
}

function detectableMessage({ label }: NoiseResult, floors: readonly Noise[]): Message {
  const [first] = floors;
  const runs = first?.detectable.map(({ runs: count }) => count) ?? [];
  const table = {
    header: ['Measure', 'Noise floor', ...runs.map((count) => `${count} runs an arm`)],
    rows: floors.map(({ measure, workload, noise, detectable }) => [
      `${measure.title}, ${workload}`,
      percent(noise.floor ?? 0),
      ...detectable.map(({ change }) => (Number.isNaN(change) ? '-' : percent(change))),
    ]),
  };
  const ten = first?.detectable.find(({ runs: count }) => count === 10);
  return {
    title:
      ten && first
        ? `Ten runs an arm find a change of ${percent(ten.change)} in ${label}’s ${first.measure.title.toLowerCase().replace(/^cpu/, 'CPU')}`
        : `What can be found in ${label}, by the number of runs`,
    ...table,
  };
}

const notes: Notes = {
  measured:
    'One subject took turns with itself, fresh process and reset database each time. The floor is the far end of the 95 % interval of A over A.',
  read: 'Detectable: the change that as many runs find four times in five.',
  notConcluded: 'That the floor holds tomorrow, at another load, or on another machine.',
};
