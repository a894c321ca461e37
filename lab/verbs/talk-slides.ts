// The slides of the talk as data: a bar for each app with its doubt, and a message; or what to type in the
// place of what was not measured.
import { formatFigure, times } from '../render/format';
import { appColour } from '../render/looks';
import { slidesOf } from '../render/slides/draw-view';
import { fitted } from '../render/slides/fit';
import { bodyBox, inkColours, type Slide } from '../render/slides/model';
import type { Notes, Span } from '../render/view';
import { formatPromise } from '../results/findings-text';
import type { TrialResult } from '../results/trial/result';

/** What one app shows, from one run: a figure with its interval, or the range that it lies in. */
export type Bar = {
  app: string;
  /** As the run calls it. */
  name: string;
  /** Workload and profile: only the same stand side by side. */
  what: string;
  run: string;
  low: number | null;
  high: number | null;
  /** Absent of a range. */
  at?: number;
};
export type Carried = Bar & { slo: TrialResult['slo'] };
export type Kept = Bar & { users: number };
/** At least one. */
export type Bars<One extends Bar = Bar> = readonly [One, ...One[]];

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** In requests per second. */
export function carriedSlide(bars: Bars<Carried>): Slide {
  const [{ slo, what }] = bars;
  return barsSlide(bars, {
    title: titleOfCarried(bars),
    axis: `requests per second of ${what}, ${formatPromise({ slo })}`,
    formatValue: (bar) => `${formatRange(bar, whole)}/s`,
    notes: {
      measured:
        'Rates that hold the SLO and rates that break it. A search closes in on the capacity (RFC 9971); a tour only has the steps below and above it.',
      read: 'A bar goes from the highest rate that held to the lowest that failed. A dot is the mean of several searches, its line the 95 % interval.',
      notConcluded:
        'That anybody should be served at this rate: plan with 70 % of it. Nor that another mix, or other data, has the same.',
    },
  });
}

function titleOfCarried([one, other]: Bars): string {
  if (other === undefined) {
    return `${one.name} carries ${formatRange(one, whole)} requests per second of ${one.what} under its SLO`;
  }
  const [more, less] = (one.low ?? 0) >= (other.low ?? 0) ? [one, other] : [other, one];
  const least = (more.low ?? 0) / (less.high ?? Infinity);
  if (least <= 1) {
    return `Which carries more ${one.what} under its SLO is open: ${one.name} or ${other.name}`;
  }
  const isBounded = more.high !== null && less.low !== null && less.low > 0;
  const factor = isBounded
    ? `${times(least)} to ${times((more.high ?? 0) / (less.low ?? 1))}`
    : `at least ${times(least)}`;
  return `Under the SLO ${more.name} carries ${factor} times as much ${one.what} as ${less.name}`;
}

/** In per cent of the best throughput with fewer users. */
export function keptSlide(bars: Bars<Kept>): Slide {
  const [first, ...others] = bars;
  const { users, what } = first;
  const share = (bar: Bar): string => `${whole(bar.at ?? 0)} %`;
  const crowd = bars.every((bar) => bar.users === users) ? `${users} users` : 'the most users';
  return barsSlide(bars, {
    title: `With ${crowd} ${first.name} has ${share(first)} of its best throughput with fewer${others.map((bar) => `, ${bar.name} ${share(bar)}`).join('')}`,
    axis: `per cent of the best throughput with fewer users, on ${what}`,
    formatValue: (bar) => `${formatRange(bar, whole)} %`,
    at: 100,
    notes: {
      measured:
        'All numbers of users take turns within each repeat. The throughput with the most users is compared with the best of the others, repeat by repeat.',
      read: 'A dot is the share that is kept, its line the 95 % interval. The vertical line marks the best throughput (100 %).',
      notConcluded:
        'Anything beyond the most users tested, or about more cores and machines: this is one app on its cores.',
    },
  });
}

/**
 * In CPU seconds per million requests.
 *
 * @param price of a core for an hour, in whatever currency
 */
export function costSlide(bars: Bars, price?: number): Slide {
  const [first, ...others] = bars;
  const { what } = first;
  const hours = (bar: Bar): number => (bar.at ?? 0) / 3600;
  const money = (bar: Bar): string => formatFigure(hours(bar) * (price ?? 0));
  const coreHours = (bar: Bar): string => formatFigure(hours(bar));
  const [amount, unit] = price === undefined ? [coreHours, ' core-hours'] : [money, ''];
  const title = [
    `A million requests of ${what} cost ${amount(first)}${unit} on ${first.name}`,
    ...others.map((bar) => `, ${amount(bar)} on ${bar.name}`),
    price === undefined ? '' : `, at ${price}/h per core`,
  ].join('');
  const hasIntervals = bars.every(({ low }) => low !== null);
  return barsSlide(bars, {
    title,
    axis: `CPU seconds of the app, per million requests of ${what}`,
    formatValue: (bar) =>
      price === undefined
        ? `${whole(bar.at ?? 0)} s, ${coreHours(bar)} core-hours`
        : `${coreHours(bar)} core-hours, ${money(bar)}`,
    notes: {
      measured:
        'CPU of the app’s own processes per request, times a million, at one rate for both: a third of what the slower can do (a tour: at its fullest step). An hour of a busy core is 3,600 CPU seconds.',
      read: hasIntervals
        ? 'A dot is the mean of all blocks, its line the 95 % interval.'
        : 'From a single step of a tour: there is no interval. `lab compare` has one.',
      notConcluded:
        'What a bill says: the database, idle cores, traffic and people are not in it. A core that is paid for and idle costs as much.',
    },
  });
}

export const closingSlide = (source: string): Slide => ({
  title: 'Do not conclude that a framework is fast or slow',
  blocks: [
    fitted(
      [
        'Two apps, not two frameworks',
        'One machine: ratios travel, figures do not',
        'Minutes: no leak, no growing table',
        'No network, no browser',
      ],
      bodyBox,
      { most: 32, bullet: true },
    ),
  ],
  notes: {
    measured:
      'The method, with its bounds: docs/method.md. `npm run lab -- show RUN --validity` has every check of every step.',
    notConcluded:
      'That what is not significant is equal, or that what is significant matters to you: measure your own mix on your own machine.',
  },
  source,
});

/**
 * @param commands each between backticks, which a slide does without
 * @param takes such as "7 minutes", of all commands together
 */
export function missingSlide(what: string, commands: readonly string[], takes: string): Slide {
  return {
    title: `Not measured yet: ${what}`,
    blocks: [
      {
        kind: 'text',
        box: bodyBox,
        paragraphs: [
          { text: 'Type:', size: 24, colour: inkColours.muted },
          ...commands.map((text) => ({ text: text.slice(1, -1), size: 20, bold: true as const })),
          { text: `It takes ${takes}.`, size: 24, colour: inkColours.muted },
        ],
      },
    ],
    notes: {
      measured: `No run on disk has this figure. After ${commands.join(' and ')}, \`npm run lab -- deck --talk\` puts the answer here.`,
      notConcluded: 'Anything: leave this slide out if it stays as it is.',
    },
    source: 'no run yet',
  };
}

// ---- what they have in common

type Message<One extends Bar> = {
  title: string;
  axis: string;
  formatValue: (bar: One) => string;
  /** A value that all are held against. */
  at?: number;
  notes: Notes;
};

function barsSlide<One extends Bar>(
  bars: readonly One[],
  { title, axis, formatValue, at, notes }: Message<One>,
): Slide {
  const rows = bars.map((bar): Span => {
    const { name, app, low, high } = bar;
    // A range that is open to the top is a dot where it begins; one that is open to the bottom begins at 0.
    const dot = bar.at ?? (high === null ? low : null);
    const look = { label: name, value: formatValue(bar), colour: appColour(app) };
    if (dot === null) return { ...look, low: low ?? 0, high };
    return { ...look, low, high, at: dot };
  });
  const spans = { axis, rows, ...(at !== undefined && { at }) };
  const source = [...new Set(bars.map(({ run }) => run))].join(' · ');
  const block = { kind: 'slide', slide: { title, notes, spans } } as const;
  const [slide] = slidesOf([{ id: 'talk', title, blocks: [block] }], source);
  return slide as Slide;
}

/** "297 to 323", "310 (297 to 323)", "at least 297". */
function formatRange({ low, high, at }: Bar, format: (value: number) => string): string {
  if (low === null || high === null) {
    if (at !== undefined) return format(at);
    return low === null ? `less than ${format(high ?? 0)}` : `at least ${format(low)}`;
  }
  const range = `${format(low)} to ${format(high)}`;
  return at === undefined ? range : `${format(at)} (${range})`;
}
