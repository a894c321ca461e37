// How an app scales: the levels that were measured with the law through them, and what the law says.
import { boundColour } from '../../../grafana/src/colours';
import { formatFour, formatInterval } from '../../render/analysis-text';
import { sayRate } from '../../render/format';
import { appColour } from '../../render/page/figure';
import { type Message, messageSlides } from '../../render/slides/message-slides';
import type { Notes, Slide } from '../../render/slides/model';
import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import { quantile } from '../../statistics/descriptive';
import type { LimitingFactor } from '../../statistics/usl/conclusions';
import { throughputAt } from '../../statistics/usl/fit';
import type { UslAnalysis } from '../../statistics/usl/usl';
import type { ScaleResult } from './design';
import { isValid } from './design';
import { formatLevel } from './sentences';

export function scaleSlides({ run }: ReportedRun, result: ScaleResult): Slide[] {
  const believed = result.points.filter(isValid);
  if (believed.length === 0) return [];
  return messageSlides(
    [levelsMessage(result), ...(result.fit ? [lawMessage(result, result.fit)] : [])],
    notesOf(result),
    run.id,
  );
}

function levelsMessage(result: ScaleResult): Message {
  const { app, by, fit, measure, points } = result;
  const byLevel = [...Map.groupBy(points.filter(isValid), ({ level }) => level)].sort(
    ([a], [b]) => a - b,
  );
  const medians = byLevel.map(([, own]) =>
    quantile(
      own.map(({ rps }) => rps ?? 0),
      0.5,
    ),
  );
  const levels = byLevel.map(([level]) => level);
  const [low, high] = [levels[0] ?? 0, levels.at(-1) ?? 0];
  const what = measure === 'capacity' ? 'capacity' : 'throughput';
  const gain = (medians.at(-1) ?? 0) / (medians[0] ?? 1);
  const best = Math.max(...medians);
  const bestLevel = levels[medians.indexOf(best)] ?? low;
  return {
    title: `From ${formatLevel(by, low)} to ${formatLevel(by, high)} ${appTitle(app)}’s ${what} grows ${gain.toFixed(1)}-fold`,
    charts: [
      {
        kind: 'bar',
        summary: `${appTitle(app)}: ${what} by ${by}. ${result.sentences[0] ?? ''}`,
        categories: levels.map(String),
        series: [{ name: 'measured (median)', colour: appColour(app), values: medians }],
        ...(fit && {
          lines: [
            {
              name: 'fitted law',
              colour: boundColour,
              values: levels.map((level) => throughputAt(fit, level)),
            },
          ],
        }),
        x: by,
        y: `${what}, requests a second`,
      },
    ],
    figures: [
      {
        value: `${sayRate(best)}/s`,
        label: `most, at ${formatLevel(by, bestLevel)}`,
        colour: appColour(app),
      },
      ...(fit
        ? [
            {
              value: fit.peak.claimed ? `n = ${formatFour(fit.peak.n)}` : 'no peak',
              label: fit.peak.claimed
                ? `peak, ${formatInterval(fit.intervals.peakN)}`
                : 'is claimed',
            },
          ]
        : [{ value: 'no law', label: 'is fitted' }]),
    ],
    reading: [
      result.bottleneck.words,
      ...(result.whyNoFit ? [result.whyNoFit] : []),
      ...(fit && !fit.peak.claimed ? [`No peak: ${fit.peak.why}.`] : []),
    ],
  };
}

function lawMessage({ app, bottleneck }: ScaleResult, fit: UslAnalysis): Message {
  const row = (name: string, key: 'alpha' | 'beta' | 'gamma', meaning: string): string[] => [
    name,
    formatFour(fit[key]),
    formatInterval(fit.intervals[key]),
    meaning,
  ];
  return {
    title: `What limits ${appTitle(app)}: ${limits[fit.limitedBy.factor]}`,
    header: ['Parameter', 'Value', '95 % interval', 'Meaning'],
    rows: [
      row('Contention', 'alpha', 'the share of work that waits for something shared'),
      row('Coherency', 'beta', 'what each pair pays to agree with each other'),
      row('Gamma', 'gamma', 'requests per second of one alone'),
    ],
    reading: [fit.limitedBy.words, bottleneck.words, ...fit.warnings],
  };
}

const limits: Record<LimitingFactor, string> = {
  nothing: 'nothing yet',
  contention: 'its parts wait in one line',
  coherency: 'its parts must agree',
};

const notesOf = ({ by, points, measure }: ScaleResult): Notes => ({
  measured: `${measure === 'capacity' ? 'A search for the capacity' : 'Throughput of the closed model'} at each number of ${by}, ${points.length} measurements in an order drawn by lot. The law is Gunther’s Universal Scalability Law, X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)), fitted by least squares; intervals are Student’s.`,
  read: 'Bars are medians of the rounds; void measurements are left out.',
  notConcluded: `Nothing beyond the largest number of ${by} tested. Where the cores or the database are full the curve is flat, and contention takes the blame; more hardware would move it.`,
});
