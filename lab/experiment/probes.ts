// The conformance suite's attacks on both apps, one app at a time, each on a fresh process and a
// reset database. The cases are the tests' own: what a test holds an app to is what is counted here.
import type { Case } from '../../contract/conformance/case';
import type { Subject as Target } from '../../contract/conformance/subjects';
import type { ProbeOutcome, ProbesDesign } from '../analysis/claims/probes';
import { environmentError } from '../errors';
import { appNames, subjectOf } from '../runtime/subject';
import type { RunFolder } from '../store/run-folder';
import { type ConductOptions, type Conductor, conduct } from './conduct';
import { Interrupted } from './interrupted';

type Setting = Pick<
  ConductOptions,
  'arguments' | 'resultsDir' | 'runtime' | 'signal' | 'events' | 'seed'
>;

export function probe(setting: Setting): Promise<RunFolder> {
  const cases = loadProbes();
  const subjects = appNames.map((app) => subjectOf(app, 'default', setting.runtime.subjectCores));
  const design: ProbesDesign = { kind: 'probes', outcomes: [] };
  return conduct(
    { ...setting, kind: 'probes', subjects, design, trials: [] },
    async (conductor) => {
      const { runtime, folder } = conductor;
      const outcomes: ProbeOutcome[] = [];
      for (const subject of subjects) {
        const { app } = subject;
        const { baseUrl, metricsUrls } = await runtime.start(subject);
        const target: Target = {
          app,
          baseUrl,
          metricsUrl: metricsUrls[0] ?? '',
          databaseUrl: runtime.superuserUrl(app),
        };
        outcomes.push(...(await attack(target, cases, conductor, setting.signal)));
        folder.update({ design: { ...design, outcomes } });
        await runtime.stopSubject(app);
      }
    },
  );
}

async function attack(
  target: Target,
  cases: readonly Case[],
  conductor: Conductor,
  signal: AbortSignal,
): Promise<ProbeOutcome[]> {
  const outcomes: ProbeOutcome[] = [];
  for (const { name, apps, skip, run } of cases) {
    if (signal.aborted) throw new Interrupted();
    if (apps?.includes(target.app) === false || skip?.(target) !== undefined) continue;
    const broken = await run(target).then(
      () => null,
      (error: Error) => error.message.split('\n')[0] ?? 'failed',
    );
    outcomes.push({ app: target.app, name, broken });
  }
  const through = outcomes.filter(({ broken }) => broken !== null).length;
  conductor.say(`${target.app}: ${through} of ${outcomes.length} attacks got through`);
  return outcomes;
}

/** The cases are written with the test runner's matchers, which an image has not got. */
function loadProbes(): readonly Case[] {
  try {
    return require('../../contract/conformance/cases/shop-probes').shopProbes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw environmentError(
      'The probes need the packages for development, which are not here: run this in a clone.',
      error,
    );
  }
}
