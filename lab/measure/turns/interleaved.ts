// Trials of two arms that took turns, as one series of runs for each workload and measure.

import { z } from 'zod';
import type { HeldLoad } from '../../results/trial/measures';
import {
  formatHeldLoad,
  type LoadKind,
  measuresOf,
  metricNames,
  positive,
  type RunFigures,
  runFigures,
} from '../../results/trial/measures';
import {
  type Arm,
  armSchema,
  type DesignedTrial,
  outcomeOf,
  outcomeSchema,
} from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import type { Sample } from '../../statistics/contrast';
import { holdsOf } from '../search/load-classification';
import { endingOf } from '../search/search-move';
import { type SearchSettings, searchSettingsSchema } from '../search/search-settings';
import { searchState } from '../search/search-state';
import { doubtsOf, doubtsOfBlocks, doubtsOfRate } from './turn-doubts';

/** The loads at which a workload was measured; null where no metric asks for one. */
const workloadLoads = z.strictObject({
  workload: z.string(),
  rateRps: z.number().positive().nullable(),
  users: z.int().positive().nullable(),
  search: searchSettingsSchema.nullable(),
});
export type WorkloadLoads = z.infer<typeof workloadLoads>;

/** Both arms are up at once; absent: one after the other, as earlier runs and searches have them. */
export const turnsDesign = z.strictObject({
  seconds: z.number().positive(),
  skipSeconds: z.number().nonnegative(),
  /** False where nothing is restarted: blocks are apart by a pause alone. */
  isFreshEachBlock: z.boolean(),
});
export type TurnsDesign = z.infer<typeof turnsDesign>;

/** What a comparison and an A/A run have in common. */
export const interleavedDesign = z.strictObject({
  metrics: z.array(z.enum(metricNames)),
  loads: z.array(workloadLoads),
  turns: turnsDesign.exactOptional(),
  /** Wanted runs per arm; in turns a block has one of each. */
  runs: z.int().positive(),
  warmupSeconds: z.number().nonnegative(),
  seconds: z.number().positive(),
});
export type InterleavedDesign = z.infer<typeof interleavedDesign>;

const armRunSchema = z.strictObject({
  /** Number of its first trial: the order in time. */
  trial: z.number(),
  /** Index in the run's subjects. */
  subject: z.number(),
  arm: armSchema,
  block: z.number(),
  value: z.number(),
  /** Whether the SLO held in it. */
  outcome: outcomeSchema,
});
export type ArmRun = z.infer<typeof armRunSchema>;

/** All runs of both arms on one workload, by one measure. */
export const seriesSchema = z.strictObject({
  workload: z.string(),
  measure: z.strictObject({
    /** As floors and JSON know it. */
    key: z.string(),
    /** At the beginning of a line. */
    title: z.string(),
    unit: z.string(),
    better: z.enum(['lower', 'higher']),
    /** What the better subject does, as in "Express ... than Django". */
    wins: z.string(),
  }),
  load: z.union([
    z.strictObject({
      rateRps: z.number(),
    }),
    z.strictObject({
      users: z.number(),
    }),
    z.strictObject({
      searched: z.literal(true),
    }),
  ]),
  /** In order of running; only those that count. */
  runs: z.array(armRunSchema),
});
export type Series = z.infer<typeof seriesSchema>;

type Interleaved = { series: Series[]; warnings: string[] };

/** Void trials count for nothing, and neither does a block that has runs of one arm only. */
export function interleaved(
  design: InterleavedDesign,
  trials: readonly DesignedTrial[],
): Interleaved {
  const measured = trials.filter(
    ({ arm, against, block, purpose, search }) =>
      (arm !== undefined || against !== undefined) &&
      block !== undefined &&
      // A block's warm-up is a probe; that of a search is part of it.
      (purpose === 'measure' || search !== undefined),
  );
  const of = (workload: string, kind: LoadKind) =>
    measured.filter((trial) => trial.workload === workload && kindOf(trial) === kind);
  const series = design.loads.flatMap((loads) =>
    measuresOf(design.metrics).flatMap((measure): Series[] => {
      const load = loadOf(loads, measure.load);
      if (load === null) return [];
      const own = of(loads.workload, measure.load);
      const { key, title, unit, better, wins } = measure;
      const runs =
        measure.load === 'search'
          ? runsOfSearches(own, loads.search)
          : own.flatMap((trial) => runOfTrial(trial, measure.of));
      return [
        {
          workload: loads.workload,
          measure: { key, title, unit, better, wins },
          load,
          runs: wholeBlocks(runs),
        },
      ];
    }),
  );
  const warnings = design.loads.flatMap(({ workload, rateRps, search }) => [
    ...(rateRps === null
      ? []
      : doubtsOfRate(
          trials.filter((trial) => trial.workload === workload),
          rateRps,
          `${workload} by rate`,
        )),
    ...(['rate', 'users'] as const).flatMap((kind) => {
      const [own, where] = [of(workload, kind), `${workload} by ${kind}`];
      return design.turns
        ? doubtsOfBlocks(own, design.runs, where)
        : doubtsOf(own, design.runs, where);
    }),
    ...(search ? doubtsOfSearches(of(workload, 'search'), search, design.runs, workload) : []),
  ]);
  const unfresh = design.turns?.isFreshEachBlock === false ? [notFresh] : [];
  return { series, warnings: [...unfresh, ...warnings] };
}

const notFresh =
  'Nothing was restarted: blocks are apart by a pause, and what differs from process to process is not in the intervals.';

export const armOf = ({ runs }: Series, arm: Arm): Sample[] =>
  runs.filter((run) => run.arm === arm).map(({ value, block }) => ({ value, block: `${block}` }));

export const describePlace = ({ workload, load }: Pick<Series, 'workload' | 'load'>): string =>
  `${workload} at ${formatHeldLoad(load)}`;

function loadOf({ rateRps, users, search }: WorkloadLoads, kind: LoadKind): HeldLoad | null {
  if (kind === 'rate') return rateRps === null ? null : { rateRps };
  if (kind === 'users') return users === null ? null : { users };
  return search === null ? null : { searched: true };
}

function kindOf(trial: DesignedTrial): LoadKind {
  if (trial.search !== undefined) return 'search';
  return countedStep(trial)?.model === 'closed' ? 'users' : 'rate';
}

/** A trial of a comparison holds one load. */
const countedStep = ({ steps }: { steps: StepResult[] }): StepResult | undefined =>
  steps.find(({ warmup }) => !warmup);

/** One run, or one of each arm where they took turns. */
function runOfTrial(
  { number: trial, arm, block, subject, against, ...rest }: DesignedTrial,
  figure: (run: RunFigures) => number | null,
): ArmRun[] {
  const step = countedStep(rest);
  if (step === undefined || step.validity.state === 'void' || block === undefined) return [];
  const owners: [Arm | undefined, number][] =
    against === undefined
      ? [[arm, subject]]
      : [
          ['a', subject],
          ['b', against],
        ];
  return owners.flatMap(([own, whose]): ArmRun[] => {
    const figures = runFigures(step, against === undefined ? undefined : own);
    const value = figures ? figure(figures) : null;
    if (value === null || own === undefined) return [];
    return [{ trial, subject: whose, arm: own, block, value, outcome: outcomeOf(step) }];
  });
}

/** A run of a capacity is a whole search; its figure is the highest rate known to hold. */
function runsOfSearches(
  trials: readonly DesignedTrial[],
  settings: SearchSettings | null,
): ArmRun[] {
  if (settings === null) return [];
  return [...bySearch(trials)].flatMap((own): ArmRun[] => {
    const [first] = own;
    const value = capacityOf(own, settings).holdsRps;
    if (first?.arm === undefined || first.block === undefined || value === null) return [];
    const { number: trial, arm, block, subject } = first;
    return [{ trial, subject, arm, block, value, outcome: 'held' }];
  });
}

const bySearch = (trials: readonly DesignedTrial[]) =>
  Map.groupBy(trials, ({ search }) => search).values();

function capacityOf(trials: readonly DesignedTrial[], settings: SearchSettings) {
  const state = searchState(settings, trials);
  const ending = endingOf(settings, state)?.ending ?? null;
  const isChanged = state.stretches.length > 1;
  // Where the generator was the limit, the figure is the generator's; where the machine changed,
  // it is of another machine than the other arm's.
  const holdsRps =
    ending === null || ending === 'generator' || isChanged ? null : positive(holdsOf(state.goal));
  return { ending, holdsRps, isChanged };
}

function doubtsOfSearches(
  trials: readonly DesignedTrial[],
  settings: SearchSettings,
  wanted: number,
  workload: string,
): string[] {
  const found = [...bySearch(trials)].map((own) => capacityOf(own, settings));
  const without = found.filter(({ holdsRps }) => holdsRps === null).length;
  const changed = found.filter(({ isChanged }) => isChanged).length;
  const early = found.filter(({ ending, holdsRps }) => ending !== 'regular' && holdsRps !== null);
  return [
    ...(without > 0 || found.length < 2 * wanted
      ? [`${workload}: ${found.length - without} of ${2 * wanted} searches found a capacity.`]
      : []),
    ...(changed > 0
      ? [`${workload}: the machine changed during ${changed} of the searches; they are left out.`]
      : []),
    ...(early.length > 0
      ? [
          `${workload}: ${early.length} searches ended before their bounds met; their capacity is ` +
            'the highest rate known to hold by then.',
        ]
      : []),
  ];
}

function wholeBlocks(runs: readonly ArmRun[]): ArmRun[] {
  const blocks = Map.groupBy(runs, ({ block }) => block);
  return runs.filter(({ block }) => new Set(blocks.get(block)?.map(({ arm }) => arm)).size === 2);
}
