// `lab capacity`: whole searches for one subject's capacity, each on a fresh process.
import { isDeepStrictEqual } from 'node:util';
import { describeSettings, recordedConfiguration } from '../../configuration/configuration';
import { usageError } from '../../errors';
import { provenance } from '../../measure/begin-run';
import {
  type Conductor,
  type RunContext,
  resumeExperiment,
  runExperiment,
} from '../../measure/conductor';
import { searchCapacities } from '../../measure/search/search-capacity';
import type { SearchSettings } from '../../measure/search/search-settings';
import type { RunFolder } from '../../results/run-folder';
import type { Runtime } from '../../runtime/runtime';
import { type AppName, type ProfileName, type Subject, subjectOf } from '../../runtime/subject';
import { designOf } from '../index';
import type { CapacityDesign } from './analyse';
import { capacity as capacityExperiment } from './experiment';

export function capacity(
  options: RunContext & {
    /** Two are up at once, and their trials alternate. */
    apps: readonly AppName[];
    profile: ProfileName;
    workers?: number;
    workload: string;
    settings: SearchSettings;
    runs: number;
    seed: number;
  },
): Promise<RunFolder> {
  const { runtime, apps, profile, workload, settings, runs } = options;
  const subjects = apps.map((app) => subjectOf(app, profile, runtime.subjectCores, options));
  const design: CapacityDesign = { kind: 'capacity', workload, runs, search: settings };
  return runExperiment(
    { ...options, experiment: capacityExperiment, subjects, design },
    (conductor) => searchAll(conductor, design, subjects),
  );
}

/** Goes on with a run that was cut off, as it was asked. */
export function resumeCapacity(folder: RunFolder, context: RunContext): Promise<RunFolder> {
  const { design, subjects } = resumable(folder, context.runtime);
  return resumeExperiment(folder, { ...context, experiment: capacityExperiment }, (conductor) =>
    searchAll(conductor, design, subjects),
  );
}

async function searchAll(
  conductor: Conductor,
  { runs, workload, search: settings }: CapacityDesign,
  subjects: readonly Subject[],
): Promise<void> {
  for (let run = 0; run < runs; run += 1) {
    const requests = subjects.map((subject, subjectIndex) => {
      const search = run * subjects.length + subjectIndex;
      return { subject, subjectIndex, workload, settings, search };
    });
    await searchCapacities(conductor, requests);
  }
}

/** Trials of two machines, or of two versions, are not one search. */
function resumable(folder: RunFolder, runtime: Runtime) {
  const { run } = folder;
  const here = provenance(runtime.facts.postgres, runtime.tools);
  const { kind } = runtime.facts;
  const same: [what: string, then: unknown, now: unknown][] = [
    ['machine', run.host.fingerprint, here.host.fingerprint],
    ['revision', run.revision, here.revision],
    [
      'settings',
      describeSettings(run.configuration),
      describeSettings(recordedConfiguration(kind)),
    ],
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
