// Predicted beside measured, for the terminal and for the page.

import { html, type Markup } from '../../render/page/markup';
import type { Section } from '../../render/page/shell';
import { table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import { appTitle } from '../../results/findings';
import { toldApart } from '../../statistics/told-apart';
import type { Quantity, ValidationRow } from './design';
import { type ValidationResult, WITHIN } from './validation';

export const renderValidation = ({ rows }: ValidationResult): string =>
  renderTable(
    columns.map(({ title }) => title),
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );

export const validationSections = ({ rows }: ValidationResult): Section[] => [
  {
    id: 'validation',
    title: 'Predicted and measured',
    body: html`<p class="check">Predictions were written down before anything was measured, from another run. What is not within 10 % has its reason beside it.</p>${validationTable(rows)}`,
  },
];

/** For the page: of a validation, and of a plan that was validated. */
export function validationTable(rows: readonly ValidationRow[]): Markup {
  const [first, ...rest] = columns;
  return table({
    caption: 'The plan at two loads that its fit had not seen',
    header: columns.map(({ title }) => title),
    rows: rows.map((row) => ({
      head: first?.cell(row) ?? '',
      cells: rest.map(({ cell }) => cell(row)),
    })),
    words: [2, columns.length - 1],
  });
}

export const quantities: Record<Quantity, { title: string; digits: number }> = {
  achievedRps: { title: 'achieved/s', digits: 0 },
  appCores: { title: 'app cores', digits: 2 },
  databaseCores: { title: 'db cores', digits: 2 },
  meanMs: { title: 'mean ms', digits: 2 },
  p99Ms: { title: 'p99 ms', digits: 2 },
};

const figure = (value: number | null, quantity: Quantity): string =>
  value === null ? '-' : value.toFixed(quantities[quantity].digits);

/** Told apart from the 10 % that it is held against. */
export const sayError = (error: number | null): string =>
  error === null
    ? '-'
    : `${error > 0 ? '+' : error < 0 ? '-' : ''}${toldApart(Math.abs(100 * error), 100 * WITHIN, 1)} %`;

const columns: readonly { title: string; cell: (row: ValidationRow) => string }[] = [
  { title: 'app', cell: ({ app }) => appTitle(app) },
  { title: 'offered/s', cell: ({ rateRps }) => String(rateRps) },
  { title: 'quantity', cell: ({ quantity }) => quantities[quantity].title },
  { title: 'predicted', cell: ({ predicted, quantity }) => figure(predicted, quantity) },
  { title: 'measured', cell: ({ measured, quantity }) => figure(measured, quantity) },
  { title: 'off by', cell: ({ error }) => sayError(error) },
  { title: 'trials', cell: ({ trials }) => String(trials) },
  {
    title: 'verdict',
    cell: ({ within, reason }) =>
      within ? 'within 10 %' : `${within === null ? 'open' : 'outside'}: ${reason}`,
  },
];
