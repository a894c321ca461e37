// Query parameters as the contract reads them: of repeated values the last counts.
import { type ParsedUrlQuery, parse } from 'node:querystring';
import { Problem } from './errors';

const INTEGER = /^-?\d+$/;
const MOST_ROWS = 500;
const MOST_PARAMETERS = 1_000;

/** @throws {Problem} 400 for more parameters than Node reads: it would drop those behind them. */
export function parseQuery(text: string | null): ParsedUrlQuery {
  if ((text ?? '').split('&').length > MOST_PARAMETERS) {
    throw new Problem(400, `A query string may have ${MOST_PARAMETERS} parameters.`);
  }
  return parse(text ?? '');
}

/** How many rows `?count=` asks for: anything but an integer counts as 1, then 1 to 500. */
export function parseCount(value: unknown): number {
  const text = last(value);
  const count = INTEGER.test(text) ? Number(text) : 1;
  return Math.min(Math.max(count, 1), MOST_ROWS);
}

/** @throws {Problem} 400 naming the field, unless the value is an integer within the bounds. */
export function parseInteger(
  value: unknown,
  field: string,
  { minimum, maximum }: { minimum: number; maximum: number },
): number {
  const text = last(value);
  const number = Number(text);
  if (!INTEGER.test(text) || number < minimum || number > maximum) {
    throw new Problem(400, `${field} must be an integer from ${minimum} to ${maximum}.`, { field });
  }
  return number;
}

function last(value: unknown): string {
  return String(Array.isArray(value) ? value.at(-1) : (value ?? ''));
}
