// Stairs of rates and of users: what each app held, how its latency grew, and what it used.
import { boundColour, palette, partColours } from '../../../grafana/src/colours';
import { appTitle, type SloRange } from '../../analysis/findings';
import type { TrialResult } from '../../analysis/trial/result';
import type { StepResult } from '../../analysis/trial/steps';
import { countedSteps, sayRate } from '../format';
import { appColour } from '../html/figure';
import type { ReportedRun } from '../html/reported-run';
import { type BigFigure, chartSlide } from './chart-slide';
import type { DeckChart, Notes, Slide } from './model';

export function tourSlides(reported: ReportedRun): Slide[] {
  const { ranges } = reported.found;
  const believed = ranges.filter(({ held, broken }) => held !== null || broken !== null);
  return [
    ...(believed.length > 0 ? [rangeSlide(reported, believed)] : []),
    ...latencySlide(reported),
    ...usersSlide(reported),
    ...coresSlide(reported),
  ];
}

function rangeSlide({ run, found }: ReportedRun, ranges: readonly SloRange[]): Slide {
  const limits = ranges.flatMap(({ broken }) => broken ?? []);
  return chartSlide({
    title: titleOfRanges(ranges),
    chart: {
      kind: 'bar',
      summary: found.sentences.join(' '),
      categories: ranges.map(({ app }) => appTitle(app)),
      series: [
        {
          name: 'held',
          colour: partColours.database,
          values: ranges.map(({ held }) => held?.offeredRps ?? 0),
        },
        ...(limits.length > 0
          ? [
              {
                name: 'broken',
                colour: boundColour,
                values: ranges.map(({ broken }) => broken?.offeredRps ?? 0),
              },
            ]
          : []),
      ],
      x: '',
      y: 'offered requests a second',
    },
    figures: ranges.map(
      ({ app, held }): BigFigure => ({
        value: held ? `${sayRate(held.offeredRps)}/s` : 'none',
        label: `${appTitle(app)} held, p99 ${held ? `${held.p99Ms.toFixed(0)} ms` : 'unknown'}`,
        colour: appColour(app),
      }),
    ),
    reading: [
      'The capacity lies between the two bars: a step at the left one held the promise, one at the right broke it.',
      ...found.sentences.slice(ranges.length),
    ],
    notes: notesOf(ranges),
    source: run.id,
  });
}

function titleOfRanges(ranges: readonly SloRange[]): string {
  const parts = ranges.map(({ app, held, broken }) => {
    const name = appTitle(app);
    if (!held) return `${name} held no rate that was tried`;
    return broken
      ? `${name} carries ${sayRate(held.offeredRps)} to ${sayRate(broken.offeredRps)}/s`
      : `${name} carries ${sayRate(held.offeredRps)}/s at least`;
  });
  return `Within the SLO ${parts.join(', ')}`;
}

const stairs = ({ found }: ReportedRun, model: StepResult['model']): TrialResult[] =>
  found.trials.filter(
    (trial) =>
      trial.purpose === 'measure' &&
      countedSteps(trial).some((step) => step.model === model && step.validity.state !== 'void'),
  );

const believedSteps = (trial: TrialResult): StepResult[] =>
  countedSteps(trial).filter(
    ({ validity, latencyMs }) => validity.state !== 'void' && latencyMs !== null,
  );

function latencySlide(reported: ReportedRun): Slide[] {
  const trials = stairs(reported, 'open').slice(0, 2);
  const charts = trials.map((trial): DeckChart => {
    const steps = believedSteps(trial);
    const { thresholdSeconds } = trial.slo;
    return {
      kind: 'xy',
      summary: `p50 and p99 of ${appTitle(trial.app)} as the offered rate climbs.`,
      categories: [],
      xs: steps.map(({ offeredRps }) => offeredRps ?? 0),
      series: [
        {
          name: `${appTitle(trial.app)} p99`,
          colour: appColour(trial.app),
          values: steps.map(({ latencyMs }) => latencyMs?.p99 ?? 0),
        },
        {
          name: 'p50',
          colour: '#56B4E9',
          values: steps.map(({ latencyMs }) => latencyMs?.p50 ?? 0),
        },
        { name: 'SLO', colour: boundColour, values: steps.map(() => 1000 * thresholdSeconds) },
      ],
      x: 'offered requests a second',
      y: 'ms',
      log: true,
    };
  });
  const [chart, beside] = charts;
  if (chart === undefined) return [];
  const knees = trials.map((trial) => kneeOf(trial));
  return [
    chartSlide({
      title: titleOfKnees(trials),
      chart,
      ...(beside && { beside }),
      figures: knees,
      reading: [
        'Latency is drawn on a logarithmic axis: each line of the grid is ten times the one below.',
        'The median hides the knee: watch p99.',
      ],
      notes: notesOf(reported.found.ranges),
      source: reported.run.id,
    }),
  ];
}

type Knee = { app: string; held: StepResult | undefined; broken: StepResult | undefined };

/** The last step that held before the first that broke. */
function kneeAt(trial: TrialResult): Knee {
  const steps = believedSteps(trial);
  const first = steps.findIndex(({ sloHeld }) => !sloHeld);
  const before = first < 0 ? steps : steps.slice(0, first);
  return { app: trial.app, held: before.at(-1), broken: first < 0 ? undefined : steps[first] };
}

const sayP99 = (step: StepResult | undefined): string =>
  step?.latencyMs ? step.latencyMs.p99.toFixed(0) : '?';

const kneeOf = (trial: TrialResult): BigFigure => {
  const { app, held, broken } = kneeAt(trial);
  return {
    value: broken ? `${sayP99(held)} → ${sayP99(broken)} ms` : `${sayP99(held)} ms`,
    label: `${appTitle(app)}: p99 ${broken ? 'before and past its limit' : 'at the highest rate'}`,
    colour: appColour(app),
  };
};

function titleOfKnees(trials: readonly TrialResult[]): string {
  const knees = trials.map(kneeAt);
  if (knees.some(({ held, broken }) => !held || !broken)) {
    return 'p99 by offered rate: not every limit was reached';
  }
  const parts = knees.map(
    ({ app, held, broken }) => `from ${sayP99(held)} to ${sayP99(broken)} ms on ${appTitle(app)}`,
  );
  return `One step past the limit p99 goes ${parts.join(', ')}`;
}

function usersSlide(reported: ReportedRun): Slide[] {
  const trials = stairs(reported, 'closed');
  const counts = trials.map((trial) => believedSteps(trial).map(({ users }) => users ?? 0));
  // One axis of categories for all: levels that each of them has.
  const shared = (counts[0] ?? []).filter((level) => counts.every((own) => own.includes(level)));
  if (shared.length < 2) return [];
  const of = (trial: TrialResult) =>
    shared.map(
      (level) => believedSteps(trial).find(({ users }) => users === level)?.achievedRps ?? 0,
    );
  const tops = trials.map((trial) => ({ app: trial.app, values: of(trial) }));
  return [
    chartSlide({
      title: titleOfUsers(shared, tops),
      chart: {
        kind: 'line',
        summary: 'Right answers a second by number of users who wait for each answer.',
        categories: shared.map(String),
        series: tops.map(({ app, values }) => ({
          name: appTitle(app),
          colour: appColour(app),
          values,
        })),
        x: 'users without think time',
        y: 'right answers a second',
      },
      figures: tops.map(
        ({ app, values }): BigFigure => ({
          value: `${sayRate(Math.max(...values))}/s`,
          label: `the most that ${appTitle(app)} answered`,
          colour: appColour(app),
        }),
      ),
      reading: [
        'Where a line stops climbing, more users only wait longer.',
        'This is a peak under users who wait, not a capacity: whether the promise holds there is another question.',
      ],
      notes: notesOf(reported.found.ranges),
      source: reported.run.id,
    }),
  ];
}

function titleOfUsers(
  levels: readonly number[],
  tops: readonly { app: string; values: number[] }[],
): string {
  const parts = tops.map(({ app, values }) => {
    const most = Math.max(...values);
    const enough = levels[values.findIndex((value) => value >= 0.9 * most)];
    return `${enough} for ${appTitle(app)}`;
  });
  return `Users that reach nine tenths of all throughput: ${parts.join(', ')}`;
}

function coresSlide(reported: ReportedRun): Slide[] {
  const steps = stairs(reported, 'open').flatMap((trial) => {
    const most = believedSteps(trial).reduce<StepResult | undefined>(
      (best, step) => (step.achievedRps > (best?.achievedRps ?? 0) ? step : best),
      undefined,
    );
    return most && most.subjectCores !== null && most.databaseCores !== null
      ? [
          {
            app: trial.app,
            rps: most.achievedRps,
            subject: most.subjectCores,
            database: most.databaseCores,
          },
        ]
      : [];
  });
  if (steps.length === 0) return [];
  const costs = steps.map(({ app, rps, subject, database }) => ({
    app,
    ms: (1000 * (subject + database)) / rps,
  }));
  return [
    chartSlide({
      title: `A request costs ${costs.map(({ app, ms }) => `${ms.toFixed(2)} ms of CPU on ${appTitle(app)}`).join(', ')}`,
      chart: {
        kind: 'stacked',
        summary:
          'CPU of app and database for a thousand requests, at the step with the most throughput.',
        categories: steps.map(({ app }) => appTitle(app)),
        series: [
          {
            name: 'app',
            colour: palette[3],
            values: steps.map(({ subject, rps }) => (1000 * subject) / rps),
          },
          {
            name: 'database',
            colour: partColours.database,
            values: steps.map(({ database, rps }) => (1000 * database) / rps),
          },
        ],
        x: '',
        y: 'CPU ms a request',
      },
      figures: steps.map(
        ({ app, subject, database }): BigFigure => ({
          value: `${(subject + database).toFixed(2)} cores`,
          label: `${appTitle(app)}: ${subject.toFixed(2)} app, ${database.toFixed(2)} database`,
          colour: appColour(app),
        }),
      ),
      reading: [
        'Measured at the step with the most throughput. What costs less CPU a request serves more on the same core.',
      ],
      notes: notesOf(reported.found.ranges),
      source: reported.run.id,
    }),
  ];
}

const notesOf = (ranges: readonly SloRange[]): Notes => ({
  measured: `One run of stairs of ${ranges.map(({ app }) => appTitle(app)).join(' and ')}: a warm-up, then steps of steady load, by rate in the open model and by users in the closed one. Void steps count for nothing and are not drawn.`,
  notConcluded:
    'One run has no error bars and no noise floor: which app is faster is not decided by it where the bars overlap. A comparison in turns (lab compare) is made for that.',
});
