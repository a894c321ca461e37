// How an app scales, in sentences and doubts.

import { appTitle } from '../../results/findings';
import type { Cores } from '../../results/trial/bottleneck';
import { throughputAt } from '../../statistics/usl/fit';
import type { ScaleBy, ScaleDesign, ScaleResult } from './design';
import { isValid } from './design';

const units: Record<ScaleBy, [one: string, many: string]> = {
  workers: ['worker', 'workers'],
  replicas: ['replica', 'replicas'],
  cpus: ['core', 'cores'],
  users: ['user', 'users'],
};

export const formatLevel = (by: ScaleBy, level: number): string =>
  `${Number(level.toPrecision(3))} ${units[by][level === 1 ? 0 : 1]}`;

const formatGain = (gain: number): string =>
  gain < 0.95 ? `falls to ${Math.round(100 * gain)} %` : `grows ${gain.toFixed(1)}-fold`;

const formatRps = (rate: number): string => Math.round(rate).toLocaleString('en');

export function describeScaling(
  {
    app,
    fit,
    points,
    measure,
    by,
    bottleneck,
    workload,
  }: Omit<ScaleResult, 'sentences' | 'warnings'>,
  { levels }: ScaleDesign,
): string[] {
  const name = appTitle(app);
  const what = measure === 'capacity' ? 'capacity' : 'throughput';
  if (fit === null) {
    const believed = points.filter(isValid);
    return [
      believed.length === 0
        ? `${name}: no level is valid, so nothing is known about how it scales with ${units[by][1]}.`
        : `${name}: how it scales with ${units[by][1]} is left open; ${believed.length} measurements are shown, and no law is fitted.`,
    ];
  }
  const largest = Math.max(...levels);
  const smallest = Math.min(...levels);
  const gain = throughputAt(fit, largest) / throughputAt(fit, smallest);
  const peak = fit.peak.claimed
    ? `its ${what} peaks at about ${formatLevel(by, by === 'cpus' ? (fit.peak.n ?? 0) : Math.round(fit.peak.n ?? 0))} with ${formatRps(fit.peak.x ?? 0)} requests a second and falls beyond`
    : `no peak of its ${what} is claimed: ${fit.peak.why}`;
  return [
    `${name} on ${workload}: from ${formatLevel(by, smallest)} to ${formatLevel(by, largest)} the fitted ${what} ${formatGain(gain)}; ${peak}.`,
    `${fit.limitedBy.words} ${bottleneck.words}`,
  ];
}

/** Above this contention the law says little more than that one unit was enough. */
const ONE_IS_ENOUGH = 0.9;

export function warningsOf(
  { fit, whyNoFit, points, by }: Omit<ScaleResult, 'sentences' | 'warnings'>,
  { levels, cpusPerReplica }: ScaleDesign,
  cores: Cores,
): string[] {
  const voids = points.filter(({ state }) => state === 'void').length;
  const [one, many] = units[by];
  const warnings: string[] = [];
  if (voids > 0) {
    warnings.push(
      `${voids} of ${points.length} measurements are void or found no capacity; they are shown and left out of the fit.`,
    );
  }
  if (whyNoFit !== null) warnings.push(`No law is fitted: ${whyNoFit}`);
  const most = Math.max(...levels);
  if (by === 'workers' && most > cores.subject) {
    warnings.push(
      `${most} workers shared ${formatLevel('cpus', cores.subject)}: what is fitted is how well that many share them, not what more cores would give.`,
    );
  }
  if (by === 'replicas' && most * cpusPerReplica > cores.subject) {
    warnings.push(
      `${most} replicas of ${cpusPerReplica} cores shared ${formatLevel('cpus', cores.subject)}: past ${Math.floor(cores.subject / cpusPerReplica)} of them there was none left to give.`,
    );
  }
  if (fit !== null && fit.alpha > ONE_IS_ENOUGH) {
    warnings.push(`One ${one} does nearly all that ${many} can do here: contention is close to 1.`);
  }
  return [...warnings, ...(fit?.warnings ?? [])];
}
