// What a reader must know about trials that took turns, in addition to their figures.
import { appTitle } from '../../results/findings';
import type { DesignedTrial } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import type { TurnFigures } from '../../results/trial/turns';

/**
 * @param trials of one workload and load, void ones included
 * @param wanted runs per arm
 */
export function doubtsOf(
  trials: readonly DesignedTrial[],
  wanted: number,
  where: string,
): string[] {
  if (trials.length === 0) return [];
  const valid = trials.filter((trial) => !isVoid(trial));
  const voids = trials.length - valid.length;
  const count = (arm: 'a' | 'b') => valid.filter((trial) => trial.arm === arm).length;
  const [inA, inB] = [count('a'), count('b')];
  const lost = blocksThatLostAnArm(trials);
  return [
    ...(voids > 0
      ? [`${where}: ${voids} of ${trials.length} trials void (${brokenIn(trials)}).`]
      : []),
    ...(inA < wanted || inB < wanted
      ? [`${where}: ${inA} runs of A and ${inB} of B are valid, of ${wanted} wanted.`]
      : []),
    ...(lost > 0 ? [`${where}: ${lost} block(s) lost an arm and are left out.`] : []),
    ...doubtsOfLoad(valid, where),
  ];
}

/** Above this an arm in whose turn nothing is asked takes time from the other. */
const mostIdleCores = 0.01;

/**
 * @param trials of one workload and load in which both arms took turns, void ones included
 * @param wanted blocks
 */
export function doubtsOfBlocks(
  trials: readonly DesignedTrial[],
  wanted: number,
  where: string,
): string[] {
  if (trials.length === 0) return [];
  const valid = trials.filter((trial) => !isVoid(trial));
  const blocks = new Set(valid.map(({ block }) => block)).size;
  const voids = trials.length - valid.length;
  const turns = valid.flatMap(counted).flatMap((step) => step.turns ?? []);
  return [
    ...(voids > 0
      ? [
          `${where}: ${voids} of ${trials.length} attempts at a block were void (${brokenIn(trials)}).`,
        ]
      : []),
    ...(blocks < wanted ? [`${where}: ${blocks} of ${wanted} blocks are valid.`] : []),
    ...describeLeftOut(turns, where),
    ...describeIdle(turns, where),
    ...doubtsOfLoad(valid, where),
  ];
}

/** A block's warm-up and the probe of a search have their place in the design; a calibration has none. */
export const isCalibration = (trial: {
  purpose: string;
  block?: number | undefined;
  search?: number | undefined;
}): boolean => trial.purpose === 'probe' && trial.block === undefined && trial.search === undefined;

/** From here on a rate is no longer far from the knee: it was chosen at a third. */
const mostShareOfThroughput = 0.5;

/**
 * @param trials of one workload: the calibrations among them, made before and after the blocks
 * @param rateRps that the first of them chose
 */
export function doubtsOfRate(
  trials: readonly DesignedTrial[],
  rateRps: number,
  where: string,
): string[] {
  const calibrations = trials.filter(isCalibration);
  return [...Map.groupBy(calibrations, ({ subject }) => subject).values()].flatMap((own) => {
    const last = own.length > 1 ? own.at(-1) : undefined;
    const reached = last && !isVoid(last) ? (counted(last)[0]?.achievedRps ?? 0) : 0;
    if (reached === 0 || rateRps <= mostShareOfThroughput * reached) return [];
    const share = Math.round((100 * rateRps) / reached);
    return [
      `${where}: at the end ${appTitle(own[0]?.app ?? '')} reached ${reached.toFixed(0)} requests per second, of which ${rateRps} are ${share} %: the machine became slower, and latency at this rate holds more of a queue than it was meant to.`,
    ];
  });
}

function describeLeftOut(turns: readonly TurnFigures[], where: string): string[] {
  const leftOut = turns.reduce((sum, one) => sum + one.leftOut, 0);
  if (leftOut === 0) return [];
  const all = turns.reduce((sum, one) => sum + one.turns, 0);
  const causes = [...new Set(turns.flatMap((one) => one.causes))].join(', ');
  return [
    `${where}: ${leftOut} of ${all} turns are left out, with their mirror images (${causes}).`,
  ];
}

/** Said of arms that were idle, as they should be: of no use among doubts. */
export const saysIdle = (text: string): boolean => text.endsWith(': idle.');

/** What either arm used in turns of the other. */
function describeIdle(turns: readonly TurnFigures[], where: string): string[] {
  const [a, b] = (['a', 'b'] as const).map((arm) => idleCoresOf(turns, arm));
  if (a == null || b == null) return [];
  const percent = (cores: number) => `${(100 * cores).toFixed(1)} %`;
  const used = `${where}: in turns of the other, arm A used ${percent(a)} of a core and arm B ${percent(b)}`;
  if (Math.max(a, b) < mostIdleCores) return [`${used}: idle.`];
  return [
    `${used}: above ${percent(mostIdleCores)} that is not idle, and takes time from the other.`,
  ];
}

/** Mean over the blocks; null where no reading lies in such turns. */
function idleCoresOf(turns: readonly TurnFigures[], arm: 'a' | 'b'): number | null {
  const known = turns.flatMap((one) => one[arm].idleCores ?? []);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
}

/** Figures of a subject that could not do what was asked of it. */
function doubtsOfLoad(valid: readonly DesignedTrial[], where: string): string[] {
  const those = (holds: (step: StepResult) => boolean) =>
    valid.filter((trial) => counted(trial).some(holds));
  const overloaded = those(({ validity }) => validity.state === 'overloaded');
  // By users a subject is driven to its limit, where no SLO is promised.
  const slow = those(({ model, sloHeld }) => model === 'open' && sloHeld === false);
  const failed = those((step) => step.failed > 0);
  return [
    ...(overloaded.length > 0
      ? [
          `${where}: ${describeArms(overloaded)} could not follow in ${overloaded.length} of ${valid.length} ` +
            'runs: latency there is that of a queue that grows, not of an app. Ask for a lower --rate.',
        ]
      : slow.length > 0
        ? [
            `${where}: ${describeArms(slow)} broke the SLO in ${slow.length} of ${valid.length} runs.`,
          ]
        : []),
    ...(failed.length > 0
      ? [`${where}: ${describeArms(failed)} failed requests; times are those of the rest.`]
      : []),
  ];
}

function blocksThatLostAnArm(trials: readonly DesignedTrial[]): number {
  const blocks = [...Map.groupBy(trials, ({ block }) => block).values()];
  return blocks.filter((block) => {
    const arms = new Set(block.filter((trial) => !isVoid(trial)).map(({ arm }) => arm));
    return arms.size < 2;
  }).length;
}

const counted = ({ steps }: DesignedTrial): StepResult[] => steps.filter(({ warmup }) => !warmup);

/** The checks that made trials void, each once. */
function brokenIn(trials: readonly DesignedTrial[]): string {
  const steps = trials.flatMap(counted).filter(({ validity }) => validity.state === 'void');
  const names = steps.flatMap(({ validity: { checks, reasons } }) =>
    checks.length === 0
      ? reasons
      : checks.filter(({ outcome }) => outcome === 'broken').map(({ name }) => name),
  );
  return [...new Set(names)].join(', ');
}

const isVoid = (trial: DesignedTrial): boolean =>
  counted(trial).some(({ validity }) => validity.state === 'void');

const describeArms = (trials: readonly DesignedTrial[]): string =>
  [
    ...new Set(
      trials.map(({ app, arm, against }) =>
        against === undefined ? `${appTitle(app)} (arm ${arm?.toUpperCase()})` : 'an arm or both',
      ),
    ),
  ].join(' and ');
