// The plan beside what was measured.

import { plural } from '../../render/format';
import { appColour, appTint } from '../../render/page/figure';
import { type Message, messageSlides } from '../../render/slides/message-slides';
import type { Notes, Slide } from '../../render/slides/model';
import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import { formatError, quantities } from './text';
import { type ValidationResult, type ValidationRow, WITHIN } from './validation';

export function validationSlides(
  { run }: ReportedRun,
  { rows }: Pick<ValidationResult, 'rows'>,
): Slide[] {
  const known = rows.filter(({ error }) => error !== null);
  if (known.length === 0) return [];
  return messageSlides([errorsMessage(known), tableMessage(rows)], notes, run.id);
}

function errorsMessage(rows: readonly ValidationRow[]): Message {
  const good = rows.filter(({ within }) => within).length;
  const worst = rows.reduce((most, row) =>
    Math.abs(row.error ?? 0) > Math.abs(most.error ?? 0) ? row : most,
  );
  // The loads of an app, by growing rate.
  const places = [...Map.groupBy(rows, ({ app }) => app)].flatMap(([app, own]) =>
    [...new Set(own.map(({ rateRps }) => rateRps))]
      .sort((a, b) => a - b)
      .map((rateRps, index) => ({ app, rateRps, colour: appTint(app, index) })),
  );
  const kinds = [...new Set(rows.map(({ quantity }) => quantity))];
  return {
    title: titleOfErrors(rows, good),
    charts: [
      {
        kind: 'bar',
        summary: 'How far each prediction was off, in per cent of what was predicted.',
        categories: kinds.map((quantity) => quantities[quantity].title),
        series: places.map(({ app, rateRps, colour }) => ({
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
        y: 'measured over predicted, less 1, %',
      },
    ],
    figures: [
      { value: `${good} of ${rows.length}`, label: `within ${100 * WITHIN} %` },
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

/** What was met of each kind, and what was not, where that is what tells them apart. */
function titleOfErrors(rows: readonly ValidationRow[], good: number): string {
  const byKind = [...Map.groupBy(rows, ({ quantity }) => quantity)];
  const named = (met: boolean) =>
    byKind
      .filter(([, own]) => own.every(({ within }) => within === met))
      .map(([quantity]) => quantities[quantity].title.replace(/ ms$|\/s$/, ''));
  const [hit, missed] = [named(true), named(false)];
  const within = `within ${100 * WITHIN} %`;
  return hit.length > 0 && missed.length > 0 && hit.length + missed.length === byKind.length
    ? `Predicted ${within}: ${hit.join(', ')}; not so: ${missed.join(', ')}`
    : `${good} of ${rows.length} predictions came ${within} of what was measured`;
}

function tableMessage(rows: readonly ValidationRow[]): Message {
  const outside = rows.filter(({ within }) => within !== true);
  return {
    title:
      outside.length === 0
        ? 'Every figure of the plan was met'
        : `${plural(outside.length, 'figure')} of the plan ${outside.length === 1 ? 'was' : 'were'} not met, each with its reason`,
    header: ['Load', 'Quantity', 'Predicted', 'Measured', 'Off by', 'Why'],
    rows: [...outside, ...rows.filter(({ within }) => within === true)].map((row) => {
      const { digits, title } = quantities[row.quantity];
      const say = (value: number | null) => (value === null ? '-' : value.toFixed(digits));
      return [
        `${appTitle(row.app)} ${row.rateRps}/s`,
        title,
        say(row.predicted),
        say(row.measured),
        formatError(row.error),
        row.reason ?? `within ${100 * WITHIN} %`,
      ];
    }),
  };
}

const notes: Notes = {
  measured:
    'Two loads of one replica that the plan’s fit had not seen, in turns on fresh processes; medians of the trials that may be believed.',
  notConcluded:
    'That the plan holds for several replicas, for other loads than these two, or on another machine.',
};
