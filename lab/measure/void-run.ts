// When a run as a whole is void: the rules that kinds of experiment choose from.
import type { RunRecord } from '../results/schemas';
import type { StepResult } from '../results/trial/steps';

/** The figures of each trial, by its number. */
export type StepsOfTrials = ReadonlyMap<
  number,
  readonly { warmup: boolean; validity: Pick<StepResult['validity'], 'state'> }[]
>;

type Rule = (run: Pick<RunRecord, 'subjects' | 'trials'>, steps: StepsOfTrials) => boolean;

/** For each subject of the run, whether none of its measured steps is valid. */
function voidSubjects(run: Parameters<Rule>[0], steps: StepsOfTrials): boolean[] {
  // A smoke test measures nothing: it is void where its check was.
  const measures = run.trials.some(({ purpose }) => purpose === 'measure');
  return run.subjects.map(({ app }, index) =>
    run.trials
      .filter(({ purpose }) => purpose === (measures ? 'measure' : 'check'))
      .filter((trial) =>
        trial.subject === undefined
          ? trial.app === app
          : trial.subject === index || trial.against === index,
      )
      .flatMap(({ number }) => steps.get(number) ?? [])
      .every(({ warmup, validity }) => warmup || validity.state === 'void'),
  );
}

/** A run that speaks of all its subjects, or of none. */
export const isVoidWithoutOne: Rule = (run, steps) => voidSubjects(run, steps).includes(true);

/** A run in which subjects that are void are left out, and the others count. */
export const isVoidWithoutAny: Rule = (run, steps) => !voidSubjects(run, steps).includes(false);

/** A run that measures no steps of load. */
export const isNeverVoid: Rule = () => false;
