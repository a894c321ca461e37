// Blocks of turns: both subjects up at once on the same cores, fresh, warmed up and loaded in turns by
// one k6 process. What slows the machine for seconds slows both alike.
import { setTimeout as sleep } from 'node:timers/promises';
import { andThen } from '../../errors';
import type { LoadPlan, LoadTurns } from '../../results/schemas';
import { type LoadKind, loadKindsOf, type MetricName } from '../../results/trial/measures';
import type { Arm } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { turnsInFour } from '../../results/trial/turns';
import { canBeTwice, isKeptUp } from '../../runtime/apps';
import type { PairedEndpoints, RuntimeFacts } from '../../runtime/runtime';
import type { AppName, Subject } from '../../runtime/subject';
import { seededRandom } from '../../statistics/random';
import type { Conductor, Trial } from '../conductor';
import { watchingSubjects } from '../live-subject';
import { type PlanBasis, saturatingPlan, steadyPlan } from '../plans';
import type { InterleavedDesign, TurnsDesign, WorkloadLoads } from './interleaved';
import { type ArmSubject, Losses, loadOf, mostRepeats, untilValid } from './take-turns';

/** Half a second: shorter than a machine's changes of speed, longer than what an arm leaves in flight. */
export const usualTurns = { seconds: 0.5, skipSeconds: 0.1 } as const;

/** Throughput that grows by no more from one look to the next is level. */
const levelGrowth = 1.05;
/** Looks of one warm-up, of a four of turns each; and warm-ups before a block goes on regardless. */
const looks = 3;
const mostWarmups = 3;

/**
 * Where nothing is restarted, blocks are this far apart: ten times a turn, so that nothing is in flight any
 * more, and that a change of speed of seconds lies in one block and not in two.
 */
const pauseSeconds = 5;

/** An app, and how many servers it has. */
type Servers = Pick<Subject, 'app'> & Partial<Pick<Subject, 'replicas'>>;

/** The turns of two subjects, or undefined where the runtime cannot have both up at once. */
export function turnsOn(
  { kind }: Pick<RuntimeFacts, 'kind'>,
  a: Servers,
  b: Servers,
): TurnsDesign | undefined {
  const isScaled = [a, b].some(({ replicas = 1 }) => replicas > 1);
  // The second arm is a service of its own, of one container (runtime/compose/second-arm.ts).
  if (kind === 'compose' && a.app === b.app && isScaled) return undefined;
  // A Deployment has one configuration at a time.
  if (kind === 'kubernetes' && a.app === b.app) return undefined;
  if (kind === 'native' && a.app === b.app && !canBeTwice(a.app)) return undefined;
  const isFreshEachBlock = kind !== 'attached' && ![a, b].some(({ app }) => isKeptUp(app));
  return { ...usualTurns, isFreshEachBlock };
}

/** Whether any of these measures is taken at a load that is held: a search for a capacity takes no turns. */
export const isHeld = (metrics: readonly MetricName[]): boolean =>
  loadKindsOf(metrics).some((kind) => kind !== 'search');

/** How long a block warms up and is measured, and in which turns. */
type BlockDesign = Pick<InterleavedDesign, 'warmupSeconds' | 'seconds'> & { turns: TurnsDesign };
type Design = InterleavedDesign & BlockDesign;
type HeldKind = Exclude<LoadKind, 'search'>;

export async function pairedBlocks(
  conductor: Conductor,
  arms: Record<Arm, ArmSubject>,
  design: Design,
  kinds: readonly HeldKind[],
): Promise<void> {
  const losses = new Losses();
  for (let block = 0; block < design.runs; block += 1) {
    for (const loads of design.loads) {
      const found = await pairedBlock({ conductor, arms, design, loads, block }, kinds);
      for (const why of found) losses.count(why);
    }
  }
}

/**
 * One block of one workload. Where a subject died, it goes on with fresh processes, and with the kinds that
 * have no valid trial yet.
 *
 * @returns for each kind why its block is lost, or null where it counts
 */
export async function pairedBlock(
  asked: Omit<Block, 'endpoints' | 'hasEnded' | 'seed'>,
  kinds: readonly HeldKind[],
): Promise<(string | null)[]> {
  const { conductor, design, block: number } = asked;
  if (!design.turns.isFreshEachBlock && number > 0) await sleep(pauseSeconds * 1000);
  const block = { ...asked, seed: conductor.seed + number };
  const found = new Map<HeldKind, string | null>();
  for (let attempt = 0; attempt <= mostRepeats; attempt += 1) {
    const left = kinds.filter((kind) => found.get(kind) !== null);
    if (!(await onePairOfProcesses(block, left, found))) break;
  }
  return [...found.values()];
}

/** @returns whether a subject died before each kind was measured */
function onePairOfProcesses(
  block: Omit<Block, 'endpoints' | 'hasEnded'>,
  kinds: readonly HeldKind[],
  found: Map<HeldKind, string | null>,
): Promise<boolean> {
  const { conductor, arms } = block;
  const apps = [arms.a.subject.app, arms.b.subject.app];
  return bothUp(conductor, arms, block.block, (endpoints) =>
    watchingSubjects(conductor.runtime, apps, async (hasEnded) => {
      const about = { ...block, endpoints, hasEnded };
      await warmUp(about);
      for (const kind of kinds) {
        const why = hasEnded()
          ? 'a subject ended before it was measured'
          : await untilValid(
              () => measured(about, kind),
              () => !hasEnded(),
            );
        found.set(kind, why);
      }
      return hasEnded() && kinds.some((kind) => found.get(kind) !== null);
    }),
  );
}

type Block = {
  conductor: Conductor;
  arms: Record<Arm, ArmSubject>;
  endpoints: PairedEndpoints;
  /** Whether one of the two has died. */
  hasEnded: () => boolean;
  design: BlockDesign;
  loads: WorkloadLoads;
  block: number;
  seed: number;
};

function measured(about: Block, kind: HeldKind): Promise<StepResult[]> {
  const { conductor, endpoints, design, loads } = about;
  const load = loadOf(loads, kind);
  const { warmupSeconds: warmup, seconds: step } = design;
  return conductor.trial(endpoints, {
    ...trialOf(about, 'measure'),
    scenario: kind === 'users' ? 'concurrency' : 'scaling',
    load: (basis) => ({
      ...steadyPlan(basis, load, { warmup, step }),
      turns: turnsOf(about, step),
    }),
  });
}

/** Until the throughput of neither grows any more: what is compiled as it runs is compiled by then. */
async function warmUp(about: Block): Promise<void> {
  const { conductor, endpoints, design } = about;
  const seconds = turnsInFour * design.turns.seconds;
  for (let warmup = 0; warmup < mostWarmups; warmup += 1) {
    const steps = await conductor.trial(endpoints, {
      ...trialOf(about, 'probe'),
      scenario: 'concurrency',
      load: (basis) => ({
        ...saturatingPlan(basis, seconds, looks),
        turns: turnsOf(about, seconds),
      }),
    });
    if (isLevel(steps) || about.hasEnded()) return;
  }
  conductor.say(`Block ${about.block + 1}: throughput had not levelled off after the warm-up`);
}

/** As far as it could be seen. */
export function isLevel(steps: readonly Pick<StepResult, 'turns'>[]): boolean {
  const [before, last] = steps.slice(-2).map(({ turns }) => turns);
  if (!before || !last) return true;
  return (['a', 'b'] as const).every(
    (arm) => last[arm].achievedRps <= levelGrowth * before[arm].achievedRps,
  );
}

const trialOf = (
  { arms, loads, block, seed }: Block,
  purpose: 'measure' | 'probe',
): Omit<Trial, 'load' | 'scenario'> => ({
  app: arms.a.subject.app,
  subject: arms.a.index,
  against: arms.b.index,
  workload: loads.workload,
  purpose,
  block,
  seed,
});

function turnsOf({ arms, endpoints, design, seed }: Block, stepSeconds: number): LoadTurns {
  return {
    seconds: design.turns.seconds,
    skipSeconds: design.turns.skipSeconds,
    arms: armsOf({ a: arms.a.subject.app, b: arms.b.subject.app }, endpoints),
    order: drawOrder(Math.ceil(stepSeconds / design.turns.seconds / turnsInFour), seed),
  };
}

const armsOf = (apps: Record<Arm, AppName>, { arms }: PairedEndpoints): LoadTurns['arms'] => [
  { name: 'a', app: apps.a, baseUrl: arms.a.baseUrl },
  { name: 'b', app: apps.b, baseUrl: arms.b.baseUrl },
];

/**
 * One plan in turns on two subjects that are up already: what a tour has time for.
 *
 * @param fours how many times each has two turns
 */
export function turnsPlan(
  basis: PlanBasis,
  rateRps: number,
  fours: number,
  { apps, endpoints }: { apps: Record<Arm, AppName>; endpoints: PairedEndpoints },
): LoadPlan {
  const step = fours * turnsInFour * usualTurns.seconds;
  return {
    ...steadyPlan(basis, { rateRps }, { warmup: turnsInFour * usualTurns.seconds, step }),
    turns: { ...usualTurns, arms: armsOf(apps, endpoints), order: drawOrder(fours, basis.seed) },
  };
}

/** Mirrored fours; who begins each is drawn. */
export function drawOrder(fours: number, seed: number): string {
  const random = seededRandom(seed);
  return Array.from({ length: Math.max(1, fours) }, () =>
    random.uniform() < 0.5 ? 'abba' : 'baab',
  ).join('');
}

/** Both from their start to their end; who starts first may have the better memory, so they take turns. */
async function bothUp<T>(
  { runtime }: Conductor,
  arms: Record<Arm, ArmSubject>,
  block: number,
  body: (endpoints: PairedEndpoints) => Promise<T>,
): Promise<T> {
  const [first, second]: [Arm, Arm] = block % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
  const stop = (arm: Arm) => () => runtime.stopSubject(arms[arm].subject.app, arm);
  const start = (arm: Arm) => runtime.start(arms[arm].subject, arm);
  return andThen(async () => {
    const started = { [first]: await start(first), [second]: await start(second) };
    const both = started as PairedEndpoints['arms'];
    return body(pairOf(both));
  }, [stop('a'), stop('b')]);
}

export const pairOf = (arms: PairedEndpoints['arms']): PairedEndpoints => ({
  baseUrl: arms.a.baseUrl,
  // One endpoint may be both arms.
  metricsUrls: [...new Set([...arms.a.metricsUrls, ...arms.b.metricsUrls])],
  arms,
});
