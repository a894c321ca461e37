// The history as `lab history` shows it: each series with its trend and its changes, as data for JSON
// and as views for terminal and page.
import { z } from 'zod';
import { plural } from '../../render/format';
import { appColour } from '../../render/looks';
import { type Block, type Chart, type Column, table, type View } from '../../render/view';
import { appTitle } from '../../results/findings';
import type { History } from '../../results/history';
import {
  type NightChange,
  nightChangeSchema,
  nightMetrics,
  nightStateSchema,
} from '../../results/night-schema';
import {
  isLevelKnown,
  levelOf,
  levelValues,
  measuredOf,
  type NamedHistory,
  type NightHistory,
  nightHistories,
  nightlySpread,
  type SeriesNight,
  seriesNightSchema,
} from '../../results/night-series';
import {
  formatEffect,
  formatMetric,
  formatP,
  formatRevision,
  metricTitle,
  metricUnit,
  scaled,
  yardstickTitle,
} from './text';
import { NIGHTS_OF_A_LEVEL } from './verdict';

const fateSchema = z.enum(['stands', 'accepted', 'mended', 'new baseline']);
type Fate = z.infer<typeof fateSchema>;

export const seriesViewSchema = z.strictObject({
  /** The unit that texts have, where there is one: values are ratios, or in the base unit. */
  shownIn: z.string(),
  /** What the ratios are over; absent in series made before there were yardsticks. */
  yardstick: z.string().exactOptional(),
  state: nightStateSchema,
  latest: z
    .strictObject({
      night: z.string(),
      value: z.number(),
    })
    .nullable(),
  /** What tonight is compared with: 1, or the median of the first nights; null if there are none. */
  level: z.number().nullable(),
  /** Spread from night to night about that level, as a ratio; null with too few nights. */
  noiseFloor: z.number().nullable(),
  /** Nights that are still needed before the series is judged. */
  nightsMissing: z.number(),
  nights: z.array(seriesNightSchema).readonly(),
  changes: z.array(nightChangeSchema.extend({ fate: fateSchema })),
  /** Where the conditions changed: earlier nights are not compared. */
  splits: z
    .array(
      z.strictObject({
        night: z.string(),
        what: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  app: z.string(),
  profile: z.string(),
  workload: z.string(),
  metric: z.enum(nightMetrics),
  better: z.enum(['higher', 'lower']),
  series: z.string(),
});
export type SeriesView = z.infer<typeof seriesViewSchema>;

/** @param only the beginning of a series' name; all by default */
export function historyView({ entries }: History, only = ''): SeriesView[] {
  return [...nightHistories(entries).values()]
    .filter(({ name }) => name.startsWith(only))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(viewOf);
}

function viewOf({ name, current, splits }: NamedHistory) {
  const { app, profile, workload, metric, better } = current.identity;
  const last = current.nights.at(-1);
  const { yardstick } = current.conditions;
  const { state } = current;
  const needsLevel = state !== 'recorded' && state !== 'quiet' && !isLevelKnown(current);
  return {
    series: name,
    ...{ app, profile, workload, metric, better },
    shownIn: metricUnit(metric),
    ...(yardstick !== undefined && { yardstick }),
    state,
    latest: last ? { night: last.night, value: measuredOf(last) } : null,
    level: levelOf(current),
    noiseFloor: nightlySpread(current),
    nightsMissing: needsLevel ? Math.max(0, NIGHTS_OF_A_LEVEL - levelValues(current).length) : 0,
    nights: current.nights,
    changes: current.changes.map((change) => ({ ...change, fate: fateOf(change, current) })),
    splits,
  };
}

function fateOf(change: NightChange, { open, nights }: NightHistory): Fate {
  if (open?.night === change.night) return 'stands';
  if (change.direction === 'improvement') return 'new baseline';
  return nights.find(({ night }) => night === change.night)?.leftOut ? 'mended' : 'accepted';
}

/** JSON and the history's format say "stands" and "mended". */
const fates: Record<Fate, string> = {
  stands: 'regression, open',
  mended: 'regression, fixed',
  accepted: 'regression, accepted',
  'new baseline': 'improvement, new baseline',
};

export function historyViews(all: readonly SeriesView[]): View[] {
  const groups = Map.groupBy(
    all,
    ({ app, profile, workload }) => `${appTitle(app)} ${profile}, workload ${workload}`,
  );
  return [
    { id: 'changes', title: 'Changes', blocks: [changesOf(all)] },
    ...[...groups].map(([title, group]): View => {
      const id = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
      return {
        id,
        title,
        blocks: [
          ...group.map((one): Block => ({ kind: 'note', text: describe(one), on: ['terminal'] })),
          ...describeSplits(group),
          { kind: 'charts', charts: group.map(trendChart) },
        ],
      };
    }),
  ];
}

type Change = SeriesView['changes'][number] & Pick<SeriesView, 'series' | 'metric'>;

const changeColumns: readonly Column<Change>[] = [
  { title: 'night', cell: ({ night }) => night },
  { title: 'series', is: 'words', cell: ({ series }) => series },
  { title: 'before', cell: ({ metric, before }) => formatMetric(metric, before) },
  { title: 'after', cell: ({ metric, after }) => formatMetric(metric, after) },
  { title: 'effect', cell: ({ effect }) => formatEffect(effect) },
  { title: 'p', cell: ({ p }) => formatP(p) },
  { title: 'revision before', is: 'id', cell: (change) => formatRevision(change.revisionBefore) },
  { title: 'revision after', is: 'id', cell: ({ revision }) => formatRevision(revision) },
  { title: 'what became of it', is: 'words', cell: ({ fate }) => fates[fate] },
];

function changesOf(all: readonly SeriesView[]): Block {
  const rows = all
    .flatMap(({ series, metric, changes }) => changes.map((one) => ({ series, metric, ...one })))
    .sort((a, b) => (a.night < b.night ? 1 : -1));
  if (rows.length === 0) return { kind: 'note', text: 'No night has found a change yet.' };
  return table({
    caption: 'Confirmed changes, the latest first, with the revisions on both sides',
    columns: changeColumns,
    rows,
  });
}

function describeSplits(group: readonly SeriesView[]): Block[] {
  const splits = group.flatMap(({ splits: own }) =>
    own.map(
      ({ night, what }) =>
        `Since the night of ${night}: ${what.join('; ')}. Earlier nights are not compared.`,
    ),
  );
  return [...new Set(splits)].map((text) => ({ kind: 'note', text }));
}

/** A series on the terminal. */
function describe(view: SeriesView): string {
  const { series, metric, better, nights, latest, level, yardstick } = view;
  const figures = [
    yardstick && `yardstick ${yardstickTitle(yardstick)}`,
    latest && `latest ${formatMetric(metric, latest.value)}`,
    level !== null && `level ${formatMetric(metric, level)}`,
    describeNoise(view),
  ];
  return [
    `${series}: ${metricTitle(metric)}, ${better} is better. ${describeState(view)}`,
    `  ${sparkline(nights)}  ${plural(nights.length, 'night')} under the current conditions, ${nights[0]?.night} to ${latest?.night}`,
    `  ${figures.filter(Boolean).join(', ')}`,
  ].join('\n');
}

function describeState({ state, nightsMissing, changes }: SeriesView): string {
  const open = changes.find(({ fate }) => fate === 'stands');
  if (open) return `OPEN REGRESSION since the night of ${open.night}.`;
  if (nightsMissing > 0) return `Not judged yet: ${plural(nightsMissing, 'night')} missing.`;
  if (state === 'suspicious') return 'Suspicious: the next night decides.';
  if (state === 'recorded') return 'Recorded, not judged.';
  return state === 'mended' ? 'Fixed.' : 'Quiet.';
}

const describeNoise = ({ noiseFloor }: SeriesView): string =>
  noiseFloor === null
    ? 'too few nights for a noise floor'
    : `noise floor ${Number((100 * noiseFloor).toPrecision(2))} % from night to night`;

const bars = '▁▂▃▄▅▆▇█';
const widest = 60;

/** The latest nights as bars between the least and the greatest; a night that was left out is a dot. */
function sparkline(nights: readonly SeriesNight[]): string {
  const shown = nights.slice(-widest);
  const values = shown.map(measuredOf);
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const barOf = (value: number): string => {
    const share = greatest === least ? 0 : (value - least) / (greatest - least);
    return bars[Math.round(share * (bars.length - 1))] as string;
  };
  return shown.map((night) => (night.leftOut ? '·' : barOf(measuredOf(night)))).join('');
}

/** From the first night that was measured against the yardstick of today. */
function describeRebased(nights: readonly SeriesNight[]): string {
  const first = nights.find(({ rebased }) => !rebased);
  return nights[0]?.rebased && first
    ? `; nights before ${first.night} are those of the earlier yardstick, divided by what was accepted`
    : '';
}

/** Older nights are in `lab history --json`; a chart of more would show none. */
const mostNights = 400;
/** With more nights than this, marks would hide the line. */
const mostMarks = 60;

function trendChart(view: SeriesView): Chart {
  const { series, app, metric, better, changes, level, noiseFloor } = view;
  const nights = view.nights.slice(-mostNights);
  const marks = nights.length <= mostMarks ? { mark: 'held' as const } : {};
  const bandOf = (sign: number) => scaled(metric, (level ?? 0) * (1 + sign * (noiseFloor ?? 0)));
  return {
    kind: 'xy',
    name: `trend-${series.replaceAll(/[^a-z0-9]+/g, '-')}`,
    title: `${metricTitle(metric)}${view.shownIn && ` (${view.shownIn})`}`,
    reading: `One point per night, ${better} is better; cross: left out of every level${describeRebased(nights)}. Band: ${describeNoise(view)}.`,
    summary: `${plural(nights.length, 'night')}, ${nights[0]?.night} to ${nights.at(-1)?.night}; the table of changes has what was found.`,
    height: 230,
    x: {
      title: '',
      min: 0,
      max: Math.max(1, nights.length - 1),
      whole: true,
      format: (index) => nights[index]?.night.slice(5) ?? '',
    },
    y: { title: '', min: 'data' },
    series: [
      {
        name: appTitle(app),
        look: { app },
        line: { width: 1, opacity: 0.4 },
        points: nights.map((night, x) => ({
          x,
          y: scaled(metric, measuredOf(night)),
          ...(night.leftOut ? { mark: 'void' as const } : marks),
        })),
      },
    ],
    references: [
      ...(level === null || noiseFloor === null
        ? []
        : [
            {
              axis: 'y' as const,
              at: [bandOf(-1), bandOf(1)] as const,
              line: { colour: appColour(app), opacity: 0.12 },
            },
          ]),
      ...changes.flatMap(({ night, effect, direction }) => {
        const at = nights.findIndex((one) => one.night === night);
        const line = direction === 'regression' ? {} : { dash: [6, 4] };
        return at < 0 ? [] : [{ axis: 'x' as const, at, label: formatEffect(effect), line }];
      }),
    ],
  };
}
