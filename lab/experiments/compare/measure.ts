// Two subjects that take turns on this machine: which is faster, by how much, and how sure.

import { type Conductor, type RunContext, runExperiment } from '../../measure/conductor';
import { type Asked, type Contender, chooseLoads, takeTurns } from '../../measure/turns/take-turns';
import { floorFor, recordedFloors } from '../../results/noise-floors';
import type { RunFolder } from '../../results/run-folder';
import { measuresOf } from '../../results/trial/measures';
import { subjectOf } from '../../runtime/subject';
import { type NamedSubject, titlesOf } from '../../runtime/subject-notation';
import type { CompareDesign, KnownFloor } from './design';
import { compare } from './experiment';

export function compareSubjects(
  options: RunContext & {
    a: NamedSubject;
    b: NamedSubject;
    asked: Asked;
    margin: number;
    seed: number;
  },
): Promise<RunFolder> {
  const { a, b, asked, runtime } = options;
  const contender = ({ app, profile, variation }: NamedSubject, index: number): Contender => ({
    subject: subjectOf(app, profile, runtime.subjectCores, variation),
    index,
  });
  const arms = { a: contender(a, 0), b: contender(b, 1) };
  const subjects = [arms.a.subject, arms.b.subject];
  const titles = titlesOf(a, b);
  const { workloads, metrics, runs, warmupSeconds, seconds } = asked;
  const design: CompareDesign = {
    kind: 'compare',
    metrics,
    runs,
    warmupSeconds,
    seconds,
    loads: [],
    arms: { a: { subject: 0, label: titles.a }, b: { subject: 1, label: titles.b } },
    margin: options.margin,
    floors: [],
  };
  return runExperiment({ ...options, experiment: compare, subjects, design }, async (conductor) => {
    const loads = await chooseLoads(conductor, [arms.a, arms.b], asked);
    const floors = floorsOf(conductor, arms, workloads, asked, options.resultsDir);
    const chosen: CompareDesign = { ...design, loads, floors };
    conductor.folder.update({ design: chosen });
    await takeTurns(conductor, arms, chosen);
  });
}

/** Kept with the question, so that the verdict can be made again when newer floors are known. */
function floorsOf(
  { folder }: Conductor,
  arms: { a: Contender; b: Contender },
  workloads: readonly string[],
  { metrics }: Asked,
  resultsDir: string,
): KnownFloor[] {
  const recorded = recordedFloors(resultsDir);
  const { host, runtime } = folder.run;
  return (['a', 'b'] as const).flatMap((arm) =>
    workloads.flatMap((workload) =>
      measuresOf(metrics).flatMap(({ key }): KnownFloor[] => {
        const { app, profile } = arms[arm].subject;
        const { fingerprint } = host;
        const found = floorFor(recorded, {
          fingerprint,
          runtime: runtime.kind,
          app,
          profile,
          workload,
          measure: key,
        });
        if (found === undefined) return [];
        const { floor, run, runs, load } = found;
        return [{ arm, workload, measure: key, floor, run, runs, load }];
      }),
    ),
  );
}
