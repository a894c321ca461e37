// One subject against itself, in turns as two subjects take them: what this machine's noise does.

import { type RunContext, runExperiment } from '../../measure/conductor';
import { chooseLoads } from '../../measure/turns/choose-loads';
import { measureArms } from '../../measure/turns/measure-arms';
import { isHeld, turnsOn } from '../../measure/turns/paired-blocks';
import type { ComparisonRequest } from '../../measure/turns/take-turns';
import type { RunFolder } from '../../results/run-folder';
import { type NamedSubject, subjectNamed, titleOf } from '../../runtime/subject';
import type { NoiseDesign } from './analyse';
import { noise as noiseExperiment } from './experiment';

export function noise(
  options: RunContext & {
    subject: NamedSubject;
    request: ComparisonRequest;
    seed: number;
  },
): Promise<RunFolder> {
  const { subject: named, request, runtime } = options;
  const subject = subjectNamed(named, runtime.subjectCores);
  const self = { subject, index: 0 };
  const { metrics, runs, warmupSeconds, seconds } = request;
  const turns =
    request.isSequential || !isHeld(metrics) ? undefined : turnsOn(runtime.facts, subject, subject);
  const design: NoiseDesign = {
    kind: 'noise',
    metrics,
    ...(turns && { turns }),
    loads: [],
    runs,
    warmupSeconds,
    seconds,
    label: titleOf(named),
  };
  return runExperiment(
    { ...options, experiment: noiseExperiment, subjects: [subject], design },
    async (conductor) => {
      const loads = await chooseLoads(conductor, [self], request);
      const chosen: NoiseDesign = { ...design, loads };
      conductor.folder.update({ design: chosen });
      await measureArms(conductor, { a: self, b: self }, chosen);
    },
  );
}
