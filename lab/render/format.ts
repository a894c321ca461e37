// Figures as text: the terminal and the report show the same digits because both take them here.

import type { CpuCost } from '../results/findings';
import type { BooksResult } from '../results/trial/books';
import type { TrialResult } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';
import type { Check } from '../results/trial/validity';

/** What stands where there is no figure. */
const none = '-';

const orNone = <T>(value: T | null | undefined, show: (value: T) => string): string =>
  value === null || value === undefined ? none : show(value);

export const sayRate = (rps: number | null | undefined): string =>
  orNone(rps, (value) => value.toFixed(0));
export const sayMs = (ms: number | null | undefined): string =>
  orNone(ms, (value) => value.toFixed(1));
export const sayShare = (share: number | null | undefined): string =>
  orNone(share, (value) => `${(value * 100).toFixed(0)} %`);
export const sayCores = (cores: number | null | undefined): string =>
  orNone(cores, (value) => value.toFixed(2));
export const sayCount = (count: number | null | undefined): string => orNone(count, String);

/** Three digits, whatever the size. */
export const formatFigure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

/** Of app and database together. */
export const sayCpuCost = ({ appMs, databaseMs }: CpuCost): string =>
  `${(appMs + databaseMs).toFixed(2)} ms`;

export const saySlo = ({ share, thresholdSeconds }: TrialResult['slo']): string =>
  `SLO: ${share * 100} % within ${thresholdSeconds * 1000} ms`;

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** A column of the table of steps. */
export type StepColumn = { title: string; cell: (step: StepResult) => string };

const figures: readonly StepColumn[] = [
  { title: 'achieved/s', cell: (step) => sayRate(step.achievedRps) },
  { title: 'p50 ms', cell: (step) => sayMs(step.latencyMs?.p50) },
  { title: 'p95 ms', cell: (step) => sayMs(step.latencyMs?.p95) },
  { title: 'p99 ms', cell: (step) => sayMs(step.latencyMs?.p99) },
  { title: 'p99.9 ms', cell: (step) => sayMs(step.latencyMs?.p999) },
  { title: 'failed', cell: (step) => String(step.failed + step.wrongBodies) },
  { title: 'dropped', cell: (step) => String(step.dropped) },
  { title: 'gen CPU', cell: (step) => sayShare(step.generatorShare) },
  { title: 'app cores', cell: (step) => sayCores(step.subjectCores) },
  { title: 'db cores', cell: (step) => sayCores(step.databaseCores) },
];

/** The columns of a trial's table of steps, without the verdict. */
export function stepColumns(steps: readonly StepResult[]): StepColumn[] {
  const byUsers = steps.some(({ model }) => model === 'closed');
  const load: StepColumn = {
    title: byUsers ? 'users' : 'offered/s',
    cell: sayLoad,
  };
  return [load, ...figures];
}

/** The load of a step, by rate or by users. */
export const sayLoad = (step: StepResult): string => sayCount(step.offeredRps ?? step.users);

/** The checks of several steps, each name with all of its checks. */
export const checksByName = (steps: readonly StepResult[]): [name: string, checks: Check[]][] => [
  ...Map.groupBy(
    steps.flatMap((step) => step.validity.checks),
    ({ name }) => name,
  ),
];

/** Steps may have reasons of their own, with parts in common. */
export const reasonsOf = (checks: readonly Check[]): string =>
  [...new Set(checks.flatMap(({ reason }) => reason.split('; ')))].join('; ');

export const countedSteps = ({ steps }: TrialResult): StepResult[] =>
  steps.filter(({ warmup }) => !warmup);

/** Whether the SLO held, and what the step ran into, of a step that may be believed. */
export function sayOutcome({ validity, sloHeld, busiest }: StepResult): string {
  if (validity.state === 'void') return '';
  const slo = sloHeld ? 'SLO held' : 'SLO broken';
  return sloHeld === false && busiest === 'database' ? `${slo} (database used more CPU)` : slo;
}

/** What a trial that only checks found. */
export function sayCheckOutcome({ failedChecks, steps }: TrialResult): string {
  const names = Object.keys(failedChecks);
  if (names.length > 0) return `FAILED: ${names.join(', ')}`;
  const [step] = steps;
  if (step === undefined || step.requests === 0) return 'FAILED: no request was answered';
  return `${step.requests} requests, every answer as the contract says`;
}

/** The shop's books of a trial, in a sentence. */
export function sayBooks(books: BooksResult): string {
  if (!books.balanced) return `Books do NOT balance: ${books.discrepancies.join('; ')}`;
  const { accepted, unsettled, inDatabase, inApp, pieces, sampled } = books;
  const app = inApp === null ? '' : `, ${inApp} by the app's own count`;
  const open = unsettled === 0 ? '' : `; of ${plural(unsettled, 'more checkout')} no answer came`;
  return `Books balance: k6 saw ${plural(accepted, 'order')} accepted${open}; ${inDatabase} in the database${app}; ${plural(pieces ?? 0, 'piece')} in order lines and out of stock; ${sampled} looked up under load`;
}

/** Why a bound is what it is stands under validity: said of each of fifty trials, it hides them. */
export const withoutReason = (text: string): string => text.split(': ')[0] ?? text;
