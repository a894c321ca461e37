// What `lab plan --validate` shows: each prediction with what was measured.
import { formatCount, formatShare, plural } from '../../render/format';
import { appColour, appTint } from '../../render/looks';
import {
  type Column,
  type Notes,
  type SlideMessage,
  type SlideOnly,
  type Table,
  table,
  type View,
} from '../../render/view';
import { appTitle } from '../../results/findings';
import { toldApart } from '../../results/trial/checked';
import { type Quantity, type ValidationResult, type ValidationRow, WITHIN } from './validation';

const notes: Notes = {
  measured:
    'Two loads of one replica that the plan’s fit had not seen, in turns on fresh processes; medians of the trials that are not void.',
  notConcluded:
    'That the plan holds for several replicas, for other loads than these two, or on another machine.',
};

export const validationView = ({ rows }: ValidationResult): View[] => [
  {
    id: 'validation',
    title: 'Predicted and measured',
    blocks: [
      {
        kind: 'note',
        text: 'Predictions were written down before anything was measured, from another run. What is not within 10 % has its reason beside it.',
        on: ['page'],
      },
      ...validationSlides(rows),
      validationTable(rows),
    ],
  },
];

const quantities: Record<Quantity, { title: string; digits: number }> = {
  achievedRps: { title: 'achieved/s', digits: 0 },
  appCores: { title: 'app cores', digits: 2 },
  databaseCores: { title: 'db cores', digits: 2 },
  meanMs: { title: 'mean ms', digits: 2 },
  p99Ms: { title: 'p99 ms', digits: 2 },
};
const within = `within ${formatShare(WITHIN)}`;

const formatFigure = (value: number | null, quantity: Quantity): string =>
  value === null ? '-' : value.toFixed(quantities[quantity].digits);

/** Told apart from the 10 % that it is compared with. */
function formatError(error: number | null): string {
  if (error === null) return '-';
  const sign = error > 0 ? '+' : error < 0 ? '-' : '';
  return `${sign}${toldApart(Math.abs(100 * error), 100 * WITHIN, 1)} %`;
}

const columns: readonly Column<ValidationRow>[] = [
  { title: 'app', is: 'words', cell: ({ app }) => appTitle(app) },
  { title: 'offered/s', cell: ({ rateRps }) => String(rateRps) },
  { title: 'quantity', is: 'words', cell: ({ quantity }) => quantities[quantity].title },
  {
    title: 'predicted',
    cell: ({ predicted, quantity }) => formatFigure(predicted, quantity),
    drop: 1,
  },
  {
    title: 'measured',
    cell: ({ measured, quantity }) => formatFigure(measured, quantity),
    drop: 0,
  },
  { title: 'off by', cell: ({ error }) => formatError(error) },
  { title: 'trials', cell: ({ trials }) => formatCount(trials), on: ['terminal', 'page'], drop: 2 },
  {
    title: 'verdict',
    is: 'words',
    cell: (row) =>
      row.within ? within : `${row.within === null ? 'open' : 'outside'}: ${row.reason}`,
  },
];

export const validationTable = (rows: readonly ValidationRow[]): Table =>
  table({ caption: 'The plan at two loads that its fit had not seen', columns, rows });

/** How far the predictions were off, and the table with what is not within the bound first. */
export function validationSlides(rows: readonly ValidationRow[]): SlideOnly[] {
  const known = rows.filter(({ error }) => error !== null);
  if (known.length === 0) return [];
  const outside = rows.filter((row) => row.within !== true);
  const title =
    outside.length === 0
      ? 'Every figure of the plan was met'
      : `${plural(outside.length, 'figure')} of the plan not met, with the reason`;
  return [
    { kind: 'slide', slide: errorsMessage(known) },
    {
      kind: 'slide',
      slide: { title, notes },
      table: validationTable([...outside, ...rows.filter((row) => row.within === true)]),
    },
  ];
}

function errorsMessage(rows: readonly ValidationRow[]): SlideMessage {
  const good = rows.filter((row) => row.within).length;
  const worst = rows.reduce((most, row) =>
    Math.abs(row.error ?? 0) > Math.abs(most.error ?? 0) ? row : most,
  );
  const kinds = [...new Set(rows.map(({ quantity }) => quantity))];
  return {
    title: titleOfErrors(rows, good),
    notes,
    charts: [
      {
        kind: 'bars',
        summary: 'How far each prediction was off, in per cent of what was predicted.',
        categories: kinds.map((quantity) => quantities[quantity].title),
        series: loadsOf(rows).map(({ app, rateRps, colour }) => ({
          name: `${appTitle(app)} ${rateRps}/s`,
          colour,
          values: kinds.map((quantity) => {
            const row = rows.find(
              (one) => one.quantity === quantity && one.app === app && one.rateRps === rateRps,
            );
            return row?.error == null ? null : 100 * row.error;
          }),
        })),
        x: 'what was predicted',
        y: { title: 'measured over predicted, less 1, %' },
      },
    ],
    figures: [
      { value: `${good} of ${rows.length}`, label: within },
      {
        value: formatError(worst.error),
        label: `at worst: ${quantities[worst.quantity].title}`,
        colour: appColour(worst.app),
      },
    ],
    reading: [
      'Every prediction was written down before the measurement, from another run.',
      ...(worst.reason ? [`The worst: ${worst.reason}.`] : []),
    ],
  };
}

/** The loads of each app, by growing rate. */
const loadsOf = (rows: readonly ValidationRow[]) =>
  [...Map.groupBy(rows, ({ app }) => app)].flatMap(([app, own]) =>
    [...new Set(own.map(({ rateRps }) => rateRps))]
      .sort((a, b) => a - b)
      .map((rateRps, index) => ({ app, rateRps, colour: appTint(app, index) })),
  );

/** Which quantities were met and which were not, where that is what tells them apart. */
function titleOfErrors(rows: readonly ValidationRow[], good: number): string {
  const byQuantity = [...Map.groupBy(rows, ({ quantity }) => quantity)];
  const named = (met: boolean) =>
    byQuantity
      .filter(([, own]) => own.every((row) => row.within === met))
      .map(([quantity]) => quantities[quantity].title.replace(/ ms$|\/s$/, ''));
  const [hit, missed] = [named(true), named(false)];
  return hit.length > 0 && missed.length > 0 && hit.length + missed.length === byQuantity.length
    ? `Predicted ${within}: ${hit.join(', ')}; not so: ${missed.join(', ')}`
    : `${good} of ${rows.length} predictions came ${within} of what was measured`;
}
