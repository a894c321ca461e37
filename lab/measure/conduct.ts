// A run from its first line on disk to its last: what is common to every experiment.
import type { RunFolder } from '../results/run-folder';
import type { LoadPlan, RunRecord } from '../results/schemas';
import { type StepResult, stepResults } from '../results/trial/steps';
import type { Endpoint, Runtime } from '../runtime/runtime';
import { type Beginning, beginRun, type PlannedTrial, thisProcess } from './begin-run';
import { Interrupted } from './interrupted';
import { runTrial, type TrialEvents } from './trial';

/** Experiments plan them and have them conducted: they take both from here. */
export type { PlannedTrial } from './begin-run';

export type RunEvents = {
  onTrial?: (trial: PlannedTrial & { number: number; run: string }) => void;
  onStep?: (plan: LoadPlan, step: string) => void;
  onTrialEnd?: (plan: LoadPlan, results: StepResult[]) => void;
  onMessage?: (text: string) => void;
  /** What an experiment knows so far, in a line. */
  onFinding?: (text: string) => void;
  onIncident?: (part: string, what: string) => void;
  /** The run has ended, in whatever way, and its status is on disk. */
  onEnd?: (folder: RunFolder) => void | Promise<void>;
};

export type Conductor = {
  readonly runtime: Runtime;
  readonly runId: string;
  readonly seed: number;
  readonly folder: RunFolder;
  /**
   * Runs a trial and gives back the figures of its steps: the next of those planned, or `unplanned`,
   * which only the trials before it called for.
   */
  trial(
    endpoint: Endpoint,
    makePlan: (trial: number) => LoadPlan,
    unplanned?: PlannedTrial,
  ): Promise<StepResult[]>;
  /** Tells whoever watches what is known so far. */
  say(text: string): void;
};

/** Where an experiment runs, and whom it tells; each takes it whole. */
export type Setting = {
  runtime: Runtime;
  resultsDir: string;
  /** The command line, as the run's record keeps it. */
  arguments: string[];
  signal: AbortSignal;
  events: RunEvents;
};

/** Everything of a run but what is done in it. */
type ConductOptions = Setting & Beginning;

export function conduct(
  options: ConductOptions,
  body: (conductor: Conductor) => Promise<void>,
): Promise<RunFolder> {
  return carryOut(beginRun(options), options, body);
}

/** Goes on with a run that was cut off and whose trials were not known beforehand. */
export function resume(
  folder: RunFolder,
  options: Pick<Setting, 'runtime' | 'signal' | 'events'>,
  body: (conductor: Conductor) => Promise<void>,
): Promise<RunFolder> {
  folder.resume(thisProcess());
  return carryOut(folder, options, body);
}

async function carryOut(
  folder: RunFolder,
  { runtime, signal, events }: Pick<Setting, 'runtime' | 'signal' | 'events'>,
  body: (conductor: Conductor) => Promise<void>,
): Promise<RunFolder> {
  const stopWatching = runtime.onIncident((incident) => {
    folder.update({ incidents: [...folder.run.incidents, incident] });
    events.onIncident?.(incident.part, incident.what);
  });
  const conductor = conductorOf(folder, runtime, signal, events);
  let status: RunRecord['status'] = 'partial';
  try {
    await body(conductor);
    if (signal.aborted) throw new Interrupted();
    status = folder.run.trials.every(({ state }) => state === 'done') ? 'complete' : 'partial';
  } finally {
    stopWatching();
    if (status === 'complete' && hasSubjectWithoutValidStep(folder)) status = 'void';
    folder.update({ status, endedAt: new Date().toISOString() });
    await events.onEnd?.(folder);
  }
  return folder;
}

function conductorOf(
  folder: RunFolder,
  runtime: Runtime,
  signal: AbortSignal,
  events: RunEvents,
): Conductor {
  let next = folder.run.trials.filter(({ state }) => state === 'done').length;
  const mark = (number: number, state: RunRecord['trials'][number]['state']) =>
    folder.update({
      trials: folder.run.trials.map((trial) =>
        trial.number === number ? { ...trial, state } : trial,
      ),
    });
  return {
    runtime,
    runId: folder.run.id,
    seed: folder.run.seed,
    folder,
    say: (text) => events.onFinding?.(text),
    async trial(endpoint, makePlan, unplanned) {
      if (signal.aborted) throw new Interrupted();
      if (unplanned) addTrial(folder, unplanned);
      const planned = folder.run.trials[next++];
      if (planned === undefined) throw new Error('more trials than were planned');
      const { number } = planned;
      const plan = makePlan(number);
      events.onTrial?.({ ...planned, run: folder.run.id });
      const trialEvents: TrialEvents = {
        onStep: (name) => events.onStep?.(plan, name),
        ...(events.onMessage && { onMessage: events.onMessage }),
      };
      try {
        await runTrial({ runtime, folder, endpoint, plan, signal, events: trialEvents });
      } catch (error) {
        mark(number, 'cut off');
        throw error;
      }
      mark(number, 'done');
      const results = resultsOf(folder, number);
      folder.write(
        `trials/${String(number).padStart(3, '0')}/validity.json`,
        results.map(({ name, validity }) => ({ step: name, ...validity })),
      );
      events.onTrialEnd?.(plan, results);
      return results;
    },
  };
}

function addTrial(folder: RunFolder, trial: PlannedTrial): void {
  const { trials } = folder.run;
  folder.update({ trials: [...trials, { number: trials.length + 1, ...trial, state: 'planned' }] });
}

function resultsOf(folder: RunFolder, number: number): StepResult[] {
  const record = folder.trial(number);
  if (record === undefined) throw new Error(`trial ${number} left nothing on disk`);
  return stepResults(record);
}

/** What they measure are no steps: each outcome stands in the design. */
const withoutTrials: readonly RunRecord['kind'][] = ['probes', 'first-order'];

function hasSubjectWithoutValidStep(folder: RunFolder): boolean {
  const { run } = folder;
  if (withoutTrials.includes(run.kind)) return false;
  const records = folder.trials();
  // A scaling run has a subject a level: one that is void is left out, and the others stand.
  const isVoid = run.kind === 'scale' ? 'every' : 'some';
  return run.subjects[isVoid](({ app }, index) => {
    const measured = run.trials.filter(
      (trial) =>
        trial.purpose === 'measure' &&
        (trial.subject === undefined ? trial.app === app : trial.subject === index),
    );
    const numbers = new Set(measured.map(({ number }) => number));
    return records
      .filter(({ number }) => numbers.has(number))
      .flatMap(stepResults)
      .every(({ warmup, validity }) => warmup || validity.state === 'void');
  });
}
