// Two subjects in turn: the ratios with their intervals, and the runs that they rest on.
import { boundColour } from '../../../grafana/src/colours';
import { describePlace } from '../../measure/turns/interleaved';
import { armLooks } from '../../render/page/arms';
import { percent, times, timesInterval } from '../../render/said';
import { type Message, messageSlides } from '../../render/slides/message-slides';
import { inkColours, type Notes, type Slide } from '../../render/slides/model';
import type { ReportedRun } from '../../results/reported-run';
import { type Compared, type CompareResult, formatVerdict } from './analyse';

export function compareSlides({ run }: ReportedRun, result: CompareResult): Slide[] {
  const { compared } = result;
  if (compared.length === 0) return [];
  const apps = { a: run.subjects[0]?.app ?? '', b: run.subjects.at(-1)?.app ?? '' };
  const looks = armLooks(apps, result.labels);
  return messageSlides(
    [
      ratioMessage(result),
      verdictMessage(result),
      ...compared.map((one) => runsMessage(one, looks)),
    ],
    notesOf(result),
    run.id,
  );
}

const nameOf = ({ measure, workload }: Compared): string => `${measure.title}, ${workload}`;

function ratioMessage(result: CompareResult): Message {
  const { compared, labels, margin } = result;
  const all = (of: (one: Compared) => number | null) => compared.map(of);
  const [first] = compared;
  return {
    title: titleOf(result),
    charts: [
      {
        kind: 'bar',
        summary: result.sentences.join(' '),
        categories: compared.map(nameOf),
        series: [
          {
            name: '95 % from',
            colour: boundColour,
            values: all(({ comparison }) => comparison.interval[0]),
          },
          {
            name: `${labels.b} over ${labels.a}`,
            colour: inkColours.ink,
            values: all(({ comparison }) => comparison.ratio),
          },
          {
            name: 'to',
            colour: boundColour,
            values: all(({ comparison }) => comparison.interval[1]),
          },
        ],
        lines: [{ name: 'no difference', colour: inkColours.muted, values: compared.map(() => 1) }],
        x: '',
        y: `${labels.b} over ${labels.a}`,
      },
    ],
    figures: compared.slice(0, 2).map((one) => ({
      value: `${times(one.comparison.ratio)} ×`,
      label: `${one.measure.title}: ${timesInterval(one.comparison.interval)}`,
    })),
    reading: [
      'Each group is a ratio between the ends of its 95 % interval. What holds 1 within it is no difference that was found.',
      `Within ${percent(margin)} of 1 counts as equivalent.`,
      ...(first?.floor
        ? [`Noise floor: ${percent(first.floor.floor)}.`]
        : ['No noise floor is known: lab noise measures one.']),
    ],
  };
}

function titleOf({ compared, labels }: CompareResult): string {
  const [first] = compared;
  if (first === undefined) return `${labels.a} and ${labels.b} were not compared`;
  return `${formatVerdict(first, labels)}: ${labels.b} over ${labels.a} ${times(first.comparison.ratio)}`;
}

function verdictMessage(result: CompareResult): Message {
  const { compared, labels } = result;
  const found = compared.filter(({ comparison }) => comparison.verdict.endsWith('faster')).length;
  return {
    title: `${found} of ${compared.length} measures show a difference`,
    header: ['Measure', 'Ratio', '95 % interval', 'Noise floor', 'Runs', 'Verdict'],
    rows: compared.map((one) => [
      nameOf(one),
      times(one.comparison.ratio),
      timesInterval(one.comparison.interval),
      one.floor ? percent(one.floor.floor) : 'unknown',
      `${one.comparison.n.a}+${one.comparison.n.b}`,
      `${formatVerdict(one, labels)}${one.comparison.indicative ? ' (indicative)' : ''}`,
    ]),
  };
}

function runsMessage(one: Compared, looks: ReturnType<typeof armLooks>): Message {
  const { measure, runs } = one;
  const blocks = [...new Set(runs.map(({ block }) => block))].sort((a, b) => a - b);
  const mean = (arm: 'a' | 'b', block: number) => {
    const values = runs
      .filter((run) => run.arm === arm && run.block === block)
      .map(({ value }) => value);
    if (values.length === 0) return null;
    return values.reduce((total, value) => total + value, 0) / values.length;
  };
  return {
    title: `Block by block: ${measure.title.toLowerCase().replace(/^cpu/, 'CPU')} of ${describePlace(one)}`,
    charts: [
      {
        kind: 'line',
        summary: `${measure.title} of both arms in the order of their blocks.`,
        categories: blocks.map((block) => String(block + 1)),
        series: (['a', 'b'] as const).map((arm) => ({
          name: looks[arm].label,
          colour: looks[arm].colour,
          values: blocks.map((block) => mean(arm, block)),
        })),
        x: 'block, in the order of measuring',
        y: measure.unit,
      },
    ],
    figures: [
      {
        value: `${times(one.comparison.ratio)} ×`,
        label: `${looks.b.label} over ${looks.a.label}: ${timesInterval(one.comparison.interval)}`,
      },
    ],
    reading: [
      'Lines that move together share what the machine did at that time: that is why they took turns.',
    ],
  };
}

const notesOf = ({ interleaved, warnings }: CompareResult): Notes => ({
  measured: interleaved
    ? 'Runs in blocks, A B B A: fresh process and reset database each time. The ratio is taken on the log scale, its interval by the method that covers best at this number of runs (docs/method.md).'
    : 'Two runs that lie side by side on disk: drift between them is not excluded.',
  notConcluded:
    `That a difference inside the noise floor is one, or that it holds for another mix. ${warnings.slice(0, 2).join(' ')}`.trim(),
});
