// What is said of a run beside what it found: why it has no answer, or how far one goes; and what to type next.
import { notationOf } from '../../contract/apps';
import { plural } from '../render/format';
import { typed } from '../results/command-line';
import type { RunRecord } from '../results/schemas';
import { describeBroken } from '../results/trial/checked';
import { type TrialResult, validSteps } from '../results/trial/result';
import { type Check, isAboutOthers } from '../results/trial/validity';

/** Of a run that was cut off or is void, in one sentence; none of any other. */
export function describeEnding(run: RunRecord, trials: readonly TrialResult[]): string[] {
  if (run.status === 'void') return [describeVoid(run, trials)];
  return run.status === 'partial' ? [describeCut(run)] : [];
}

const appsOf = ({ subjects }: RunRecord): string[] => [...new Set(subjects.map(({ app }) => app))];

function describeCut(run: RunRecord): string {
  const { id, kind, trials, arguments: args } = run;
  const done = trials.filter(({ state }) => state === 'done').length;
  const next =
    kind === 'capacity'
      ? `${typed(['capacity', '--resume', id], appsOf(run))} goes on`
      : `${typed(args, appsOf(run))} starts again`;
  return done === 0
    ? `Cut off before its first trial had ended, so nothing is known: ${next}.`
    : `Cut off after ${done} of ${plural(trials.length, 'trial')}, and the results rest on those: ${next}.`;
}

function describeVoid(run: RunRecord, trials: readonly TrialResult[]): string {
  const { id, arguments: args } = run;
  const steps = trials
    .filter(({ purpose }) => purpose === 'measure')
    .flatMap((trial) => trial.steps.filter(({ warmup }) => !warmup));
  const voids = steps.filter(({ validity }) => validity.state === 'void');
  const broken = voids.flatMap(({ validity }) =>
    validity.checks.filter(({ outcome }) => outcome === 'broken'),
  );
  const [most = []] = [...Map.groupBy(broken, ({ name }) => name).values()].sort(
    (a, b) => b.length - a.length,
  );
  const [worst] = most.toSorted((a, b) => (b.figure ?? 0) - (a.figure ?? 0));
  const counts = `Void: ${voids.length} of ${plural(steps.length, 'step')} do not count`;
  const why = worst ? `, ${most.length} of them for ${describeBroken(worst)}` : '';
  return `${counts}${why}. ${remedyFor(worst, id)}, then ${typed(args, appsOf(run))}.`;
}

const remedyFor = (worst: Check | undefined, id: string): string =>
  worst && isAboutOthers(worst)
    ? 'End what else uses those cores'
    : `Correct the cause (${typed(['show', id, '--validity'])} has every check)`;

/** Of a run that asked nothing beyond its trials: one run of a load has no error bars. */
export function describeWeight(trials: readonly TrialResult[]): string[] {
  const measured = trials.filter(({ purpose }) => purpose === 'measure');
  const [first] = measured;
  if (first === undefined || validSteps(measured).length === 0) return [];
  const apps = [...new Set(measured.map(({ app }) => app))];
  const [one = '', another] = apps;
  const next =
    another === undefined
      ? `${typed(['capacity', '--app', notationOf(first.app), '--workload', first.workload])} searches for what it carries`
      : `${typed(['compare', notationOf(one), notationOf(another)])} gives a verdict`;
  return [`One run${another ? ' of each app' : ''}: indicative, without error bars. ${next}.`];
}
