// Two subjects that take turns on this machine: which is faster, by how much, and how sure.

import { describeSettings } from '../../configuration/configuration';
import { thisHost } from '../../measure/begin-run';
import { type Conductor, type RunContext, runExperiment } from '../../measure/conductor';
import { chooseLoads } from '../../measure/turns/choose-loads';
import { measureArms } from '../../measure/turns/measure-arms';
import { isHeld, turnsOn } from '../../measure/turns/paired-blocks';
import type { ArmSubject, ComparisonRequest } from '../../measure/turns/take-turns';
import { aaRunsInTurns, checksOf, recordOf, requireTrustedTurns } from '../../results/aa-record';
import type { KnownFloor } from '../../results/noise-floors';
import { knownFloors, recordedFloors } from '../../results/noise-floors';
import type { RunFolder } from '../../results/run-folder';
import { measuresOf } from '../../results/trial/measures';
import type { Arm } from '../../results/trial/result';
import { type NamedSubject, subjectNamed, titlesOf } from '../../runtime/subject';
import type { CompareDesign } from './analyse';
import { compare } from './experiment';

export function compareSubjects(
  options: RunContext & {
    a: NamedSubject;
    b: NamedSubject;
    request: ComparisonRequest;
    margin: number;
    seed: number;
  },
): Promise<RunFolder> {
  const { a, b, request, runtime } = options;
  const armSubject = (named: NamedSubject, index: number): ArmSubject => ({
    subject: subjectNamed(named, runtime.subjectCores),
    index,
  });
  const arms = { a: armSubject(a, 0), b: armSubject(b, 1) };
  const subjects = [arms.a.subject, arms.b.subject];
  const titles = titlesOf(a, b);
  const { metrics, runs, warmupSeconds, seconds } = request;
  const turns =
    request.isSequential || !isHeld(metrics)
      ? undefined
      : turnsOn(runtime.facts, arms.a.subject, arms.b.subject);
  const design: CompareDesign = {
    kind: 'compare',
    metrics,
    ...(turns && { turns, ...trustedTurns(options, arms) }),
    runs,
    warmupSeconds,
    seconds,
    loads: [],
    arms: { a: { subject: 0, label: titles.a }, b: { subject: 1, label: titles.b } },
    margin: options.margin,
    floors: [],
  };
  return runExperiment({ ...options, experiment: compare, subjects, design }, async (conductor) => {
    const loads = await chooseLoads(conductor, [arms.a, arms.b], request);
    const floors = floorsOf(conductor, arms, request, options.resultsDir);
    const chosen: CompareDesign = { ...design, loads, floors };
    conductor.folder.update({ design: chosen });
    await measureArms(conductor, arms, chosen);
  });
}

function trustedTurns(
  { resultsDir, runtime }: Pick<RunContext, 'resultsDir' | 'runtime'>,
  arms: Record<Arm, ArmSubject>,
): Pick<CompareDesign, 'checks' | 'record'> {
  if (turnsOn(runtime.facts, arms.a.subject, arms.a.subject) === undefined) return { checks: [] };
  const { fingerprint } = thisHost();
  const known = aaRunsInTurns(resultsDir, { fingerprint, runtime: runtime.facts.kind });
  const record = recordOf(known);
  requireTrustedTurns(record);
  return { checks: checksOf(known, { a: arms.a.subject, b: arms.b.subject }), record };
}

/** Kept with the question, so that the verdict can be made again when newer floors are known. */
function floorsOf(
  { folder }: Conductor,
  arms: { a: ArmSubject; b: ArmSubject },
  { workloads, metrics }: ComparisonRequest,
  resultsDir: string,
): KnownFloor[] {
  const recorded = recordedFloors(resultsDir);
  const { host, runtime, configuration } = folder.run;
  const settings = describeSettings(configuration);
  return (['a', 'b'] as const).flatMap((arm) =>
    workloads.flatMap((workload) =>
      measuresOf(metrics).flatMap(({ key: measure }) => {
        const { app, profile } = arms[arm].subject;
        const { fingerprint } = host;
        const where = {
          fingerprint,
          runtime: runtime.kind,
          settings,
          app,
          profile,
          workload,
          measure,
        };
        return knownFloors(recorded, [arm], where);
      }),
    ),
  );
}
