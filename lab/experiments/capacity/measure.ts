// `lab capacity`: whole searches for one subject's capacity, each on a fresh process.
import { isDeepStrictEqual } from 'node:util';
import { usageError } from '../../errors';
import {
  type Conductor,
  type RunContext,
  resumeExperiment,
  runExperiment,
} from '../../measure/conductor';
import { sloOf } from '../../measure/plans';
import { provenance } from '../../measure/provenance';
import { DEFAULT_GOAL, REQUESTS_A_TRIAL } from '../../measure/search/capacity-search';
import { searchCapacity } from '../../measure/search/search-capacity';
import type { SearchSettings } from '../../measure/search/search-state';
import type { RunFolder } from '../../results/run-folder';
import type { Runtime } from '../../runtime/runtime';
import { type AppName, type ProfileName, type Subject, subjectOf } from '../../runtime/subject';
import { designOf } from '../index';
import type { CapacityDesign } from './design';
import { capacity as capacityExperiment } from './experiment';

type Pace = Omit<SearchSettings, 'goal' | 'budgetSeconds'> & {
  budgetSeconds: number;
  goal: Omit<SearchSettings['goal'], 'name' | 'lossRatio'>;
};

/** How fine and how long a search is. */
export const searchPaces: Record<'full' | 'quick', Pace> = {
  full: {
    goal: DEFAULT_GOAL,
    requestsPerTrial: REQUESTS_A_TRIAL,
    budgetSeconds: 600,
    warmupSeconds: { first: 10, later: 2 },
  },
  quick: {
    goal: {
      initialTrialDurationSeconds: 1,
      finalTrialDurationSeconds: 2,
      durationSumSeconds: 4,
      exceedRatio: 0.5,
      relativeWidth: 0.2,
    },
    // Three too slow of them break an SLO of 99 %.
    requestsPerTrial: REQUESTS_A_TRIAL,
    budgetSeconds: 60,
    warmupSeconds: { first: 3, later: 1 },
  },
};

/** The search that a workload's SLO asks for: RFC 9971's loss ratio is what the SLO lets pass. */
export function searchSettings(
  workload: string,
  pace: Pace = searchPaces.full,
  budgetSeconds = pace.budgetSeconds,
): SearchSettings {
  const { share, thresholdSeconds } = sloOf(workload);
  return {
    ...pace,
    goal: {
      name: `${share * 100} % within ${thresholdSeconds * 1000} ms`,
      ...pace.goal,
      // 1 - 0.99 is a little more than a hundredth.
      lossRatio: Number((1 - share).toFixed(9)),
    },
    budgetSeconds,
  };
}

export function capacity(
  options: RunContext & {
    app: AppName;
    profile: ProfileName;
    workers?: number;
    workload: string;
    settings: SearchSettings;
    runs: number;
    seed: number;
  },
): Promise<RunFolder> {
  const { runtime, app, profile, workload, settings, runs } = options;
  const subject = subjectOf(app, profile, runtime.subjectCores, options);
  const design: CapacityDesign = { kind: 'capacity', workload, runs, search: settings };
  return runExperiment(
    { ...options, experiment: capacityExperiment, subjects: [subject], design },
    (conductor) => searchAll(conductor, design, subject),
  );
}

/** Goes on with a run that was cut off, as it was asked. */
export function resumeCapacity(folder: RunFolder, context: RunContext): Promise<RunFolder> {
  const { design, subjects } = resumable(folder, context.runtime);
  return resumeExperiment(folder, { ...context, experiment: capacityExperiment }, (conductor) =>
    searchAll(conductor, design, subjects[0] as Subject),
  );
}

async function searchAll(conductor: Conductor, design: CapacityDesign, subject: Subject) {
  const { workload, search: settings } = design;
  for (let search = 0; search < design.runs; search += 1) {
    await searchCapacity({ conductor, subject, subjectIndex: 0, workload, settings, search });
  }
}

/** Trials of two machines, or of two versions, are not one search. */
function resumable(folder: RunFolder, runtime: Runtime) {
  const { run } = folder;
  const here = provenance(runtime.facts.postgres, runtime.tools);
  const same: [what: string, then: unknown, now: unknown][] = [
    ['machine', run.host.fingerprint, here.host.fingerprint],
    ['revision', run.revision?.commit, here.revision?.commit],
    ['locked versions', run.locks, here.locks],
    ['tools', run.tools, here.tools],
    ['placement on cores', run.runtime.placement, runtime.facts.placement],
  ];
  const changed = same.filter(([, then, now]) => !isDeepStrictEqual(then, now));
  if (changed.length > 0) {
    const what = changed.map(([name]) => name).join(', ');
    throw usageError(
      `${run.id} cannot go on: since then the ${what} changed, and trials from before and after are not one search. Start a new one.`,
    );
  }
  return { design: resumableDesign(folder), subjects: run.subjects as Subject[] };
}

/** Checked before anything is started. */
export function resumableDesign({ run }: RunFolder): CapacityDesign {
  const design = designOf(run, 'capacity');
  if (design === undefined) {
    throw usageError(`${run.id} is a ${run.kind} run: only a capacity search can be resumed.`);
  }
  if (run.status === 'running') {
    throw usageError(`${run.id} is still running (process ${run.owner.pid}): wait for its end.`);
  }
  if (run.status !== 'partial') {
    throw usageError(`${run.id} has ended (${run.status}): there is nothing to resume.`);
  }
  return design;
}
