// Figures as text: terminal, report and slides show the same digits because all take them here.

import type { CpuCost } from '../results/findings';
import { formatFactor, formatPromise } from '../results/findings-text';
import type { BooksResult } from '../results/trial/books';
import type { TrialResult } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';
import { noFigure } from './view';

const orNone = <T>(value: T | null | undefined, show: (value: T) => string): string =>
  value === null || value === undefined ? noFigure : show(value);

export const formatRate = (rps: number | null | undefined): string =>
  orNone(rps, (value) => value.toFixed(0));
/** In a sentence, a title or beside a figure: tables have their unit in the heading. */
export const formatPerSecond = (rps: number | null | undefined): string =>
  orNone(rps, (value) => `${Math.round(value).toLocaleString('en')}/s`);
/** No more digits than a measurement holds. */
export const formatMs = (ms: number | null | undefined): string =>
  orNone(ms, (value) => value.toFixed(value < 100 ? 1 : 0));
export const formatShare = (share: number | null | undefined): string =>
  orNone(share, (value) => `${(value * 100).toFixed(0)} %`);
export const formatCores = (cores: number | null | undefined): string =>
  orNone(cores, (value) => value.toFixed(2));
export const formatCount = (count: number | null | undefined): string => orNone(count, String);

/** Three digits, and thousands apart. */
export const formatFigure = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

/** Of app and database together. */
export const formatCpuCost = ({ appMs, databaseMs }: CpuCost): string =>
  `${(appMs + (databaseMs ?? 0)).toFixed(2)} ms`;

export const formatSlo = (slo: TrialResult['slo']): string => `SLO: ${formatPromise({ slo })}`;

/** 0.0312 is "3.1 %". Beyond tenfold, digits would only pretend. */
export const percent = (ratio: number): string =>
  ratio > 10 ? 'over 1000 %' : `${Number((100 * ratio).toPrecision(2))} %`;

/** A factor between two subjects. */
export const times = (ratio: number | null): string =>
  ratio === null ? 'unknown' : formatFactor(ratio);

export const timesInterval = ([low, high]: readonly [number | null, number | null]): string =>
  low === null || high === null ? 'no interval' : `${times(low)} to ${times(high)}`;

/** A doubt about all of `all` is said once, and any other with what it is about. */
export function doubtsOnce(
  doubts: readonly { where: string; text: string }[],
  all: number,
): string[] {
  return [...Map.groupBy(doubts, ({ text }) => text)].map(([text, places]) =>
    places.length === all ? text : `${places.map(({ where }) => where).join(', ')}: ${text}`,
  );
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** The load of a step, by rate or by users. */
export const formatLoad = (step: StepResult): string => formatCount(step.offeredRps ?? step.users);

/** Whether the SLO held, and what the step ran into, of a valid step. */
export function describeOutcome({ validity, sloHeld, busiest }: StepResult): string {
  if (validity.state === 'void') return '';
  const slo = sloHeld ? 'SLO held' : 'SLO broken';
  return sloHeld === false && busiest === 'database' ? `${slo} (database used more CPU)` : slo;
}

/** What a trial that only checks found. */
export function describeCheckOutcome({ failedChecks, steps }: TrialResult): string {
  const names = Object.keys(failedChecks);
  if (names.length > 0) return `FAILED: ${names.join(', ')}`;
  const [step] = steps;
  if (step === undefined || step.requests === 0) return 'FAILED: no request was answered';
  return `${plural(step.requests, 'request')}, every answer as expected`;
}

/** The shop's books of a trial, in a sentence. */
export function describeBooks(books: BooksResult): string {
  if (!books.balanced) return `Books do NOT balance: ${books.discrepancies.join('; ')}`;
  const { accepted, unsettled, inDatabase, inApp, pieces, sampled } = books;
  if (accepted === 0 && unsettled === 0 && inDatabase === 0) {
    return 'No order was placed, so there is nothing to balance';
  }
  const app = inApp === null ? '' : `, ${inApp} by the app's own count`;
  const open = unsettled === 0 ? '' : `; ${plural(unsettled, 'more checkout')} got no answer`;
  return `Books balance: k6 saw ${plural(accepted, 'order')} accepted${open}; ${inDatabase} in the database${app}; ${plural(pieces ?? 0, 'piece')} in order lines and out of stock; ${sampled} looked up under load`;
}

/** Why a bound is what it is stands under validity: said of each of fifty trials, it hides them. */
export const withoutReason = (text: string): string => text.split(': ')[0] ?? text;
