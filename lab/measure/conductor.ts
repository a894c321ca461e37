// A run from its first line on disk to its last: what is common to every experiment.
import { andThen, Interrupted } from '../errors';
import type { RunFolder } from '../results/run-folder';
import type { LoadPlan, RunRecord } from '../results/schemas';
import { placeOf } from '../results/trial/result';
import { type StepResult, stepResults } from '../results/trial/steps';
import type { Endpoint, PairedEndpoints, Runtime } from '../runtime/runtime';
import { beginRun, type PlannedTrial, type RunHeader, thisProcess } from './begin-run';
import type { PlanBasis } from './plans';
import { type Generators, Sharing } from './sharing';
import { runTrial, type TrialEvents } from './trial';
import type { StepsOfTrials } from './void-run';

/** For whoever watches: the run goes the same way without them. */
export type RunEvents = {
  onTrial?: (trial: PlannedTrial & { number: number; run: string }) => void;
  onStep?: (plan: LoadPlan, step: string) => void;
  onTrialEnd?: (plan: LoadPlan, results: StepResult[]) => void;
  onMessage?: (text: string) => void;
  /** What an experiment knows so far, in a line. */
  onFinding?: (text: string) => void;
  onIncident?: (part: string, what: string) => void;
  /** The run has ended, in whatever way, and was concluded. */
  onEnd?: (folder: RunFolder) => void;
};

/** A trial as run.json records it, with the way its load is made: one value plans and runs it. */
export type Trial = PlannedTrial & {
  /** For the choice of requests; absent: that of the run. */
  seed?: number;
  load(basis: PlanBasis): LoadPlan;
};
/** One whose load is sized by what a calibration of its subject reached. */
export type SizedTrial = Omit<Trial, 'load'> & {
  load(basis: PlanBasis, saturationRps: number): LoadPlan;
};

export type Conductor = {
  readonly runtime: Runtime;
  readonly runId: string;
  readonly seed: number;
  readonly folder: RunFolder;
  /**
   * Runs a trial and returns the figures of its steps. One that the run did not plan, because only
   * the trials before it called for it, is added to run.json first.
   */
  trial(endpoint: Endpoint | PairedEndpoints, trial: Trial): Promise<StepResult[]>;
  trial(
    endpoint: Endpoint | PairedEndpoints,
    trial: Trial | SizedTrial,
    saturationRps: number,
  ): Promise<StepResult[]>;
  /** Tells whoever watches what is known so far. */
  say(text: string): void;
};

/** Where an experiment runs, and what becomes of its runs; each takes it whole. */
export type RunContext = {
  runtime: Runtime;
  resultsDir: string;
  /** The command line, as the run's record keeps it. */
  arguments: string[];
  signal: AbortSignal;
  events: RunEvents;
  /** How many share each load that can be shared; auto: as many as it takes, by what one was seen to make. */
  generators?: Generators;
  /** Analyses a run that has ended, in whatever way, and writes its report; absent: neither. */
  conclude?: (folder: RunFolder) => Promise<void>;
};

/** What the conductor must know of a kind of experiment. */
export type RunKind = {
  /** Its name in the registry and in run.json. */
  kind: string;
  /** Whether a complete run answers nothing: each kind says itself what it can do without. */
  isVoid(run: RunRecord, steps: StepsOfTrials): boolean;
};

type RunOptions = RunContext &
  Omit<RunHeader, 'kind' | 'trials'> & {
    experiment: RunKind;
    /** Those known beforehand. */
    trials?: readonly (Trial | SizedTrial)[];
  };

export function runExperiment(
  { experiment, trials = [], ...options }: RunOptions,
  body: (conductor: Conductor) => Promise<void>,
): Promise<RunFolder> {
  const folder = beginRun({ ...options, kind: experiment.kind, trials: trials.map(recordOf) });
  const run = new ConductedRun(folder, experiment, options, trials);
  return run.carryOut(body);
}

/** Goes on with a run that was cut off and whose trials were not known beforehand. */
export function resumeExperiment(
  folder: RunFolder,
  {
    experiment,
    ...context
  }: Omit<RunContext, 'resultsDir' | 'arguments'> & { experiment: RunKind },
  body: (conductor: Conductor) => Promise<void>,
): Promise<RunFolder> {
  folder.resume(thisProcess());
  return new ConductedRun(folder, experiment, context).carryOut(body);
}

/** What run.json keeps of a trial: its load is in plan.json, and an experiment may add its own. */
function recordOf(trial: Trial | SizedTrial): PlannedTrial {
  const { scenario, app, workload, purpose } = trial;
  return { ...placeOf(trial), scenario, app, workload, purpose };
}

class ConductedRun implements Conductor {
  readonly runtime: Runtime;
  /** The numbers of planned trials that have not been run. */
  private readonly planned = new Map<unknown, number>();
  private readonly steps = new Map<number, StepResult[]>();
  private readonly sharing: Sharing;

  constructor(
    readonly folder: RunFolder,
    private readonly experiment: RunKind,
    private readonly context: Omit<RunContext, 'resultsDir' | 'arguments'>,
    trials: readonly unknown[] = [],
  ) {
    this.runtime = context.runtime;
    this.sharing = new Sharing(context.generators ?? 1, context.runtime);
    for (const [index, trial] of trials.entries()) this.planned.set(trial, index + 1);
    for (const record of folder.trials()) {
      const results = stepResults(record);
      this.steps.set(record.number, results);
      this.sharing.learn(results, record.plan.generators ?? 1);
    }
  }

  get runId(): string {
    return this.folder.run.id;
  }

  get seed(): number {
    return this.folder.run.seed;
  }

  say(text: string): void {
    this.context.events.onFinding?.(text);
  }

  async carryOut(body: (conductor: Conductor) => Promise<void>): Promise<RunFolder> {
    const { folder } = this;
    const { runtime, signal, events, conclude } = this.context;
    const stopWatching = runtime.onIncident((incident) => {
      folder.update({ incidents: [...folder.run.incidents, incident] });
      events.onIncident?.(incident.part, incident.what);
    });
    let status: RunRecord['status'] = 'partial';
    const measure = async () => {
      await body(this);
      if (signal.aborted) throw new Interrupted();
      status = this.statusOfEnded();
    };
    await andThen(measure, [
      stopWatching,
      () => folder.update({ status, endedAt: new Date().toISOString() }),
      () => conclude?.(folder),
      () => events.onEnd?.(folder),
    ]);
    return folder;
  }

  private statusOfEnded(): RunRecord['status'] {
    const { run } = this.folder;
    if (!run.trials.every(({ state }) => state === 'done')) return 'partial';
    return this.experiment.isVoid(run, this.steps) ? 'void' : 'complete';
  }

  async trial(
    endpoint: Endpoint | PairedEndpoints,
    trial: Trial | SizedTrial,
    saturationRps = Number.NaN,
  ): Promise<StepResult[]> {
    const { folder, seed, runtime } = this;
    const { signal, events } = this.context;
    if (signal.aborted) throw new Interrupted();
    const number = this.planned.get(trial) ?? this.add(trial);
    // Taken once: the same trial again is another one.
    this.planned.delete(trial);
    const { app, workload } = trial;
    const basis = { run: this.runId, trial: number, app, workload, baseUrl: endpoint.baseUrl };
    const load = trial.load({ ...basis, seed: trial.seed ?? seed }, saturationRps);
    const count = this.sharing.countFor(load, saturationRps);
    const warning = trial.purpose === 'measure' && this.sharing.warningFor(load, saturationRps);
    if (warning) this.say(warning);
    const plan = count === 1 ? load : { ...load, generators: count };
    events.onTrial?.({ ...recordOf(trial), number, run: this.runId });
    const begunMs = performance.now();
    const trialEvents: TrialEvents = {
      onStep: (name) => events.onStep?.(plan, name),
      ...(events.onMessage && { onMessage: events.onMessage }),
    };
    try {
      await runTrial({ runtime, folder, endpoint, plan, signal, events: trialEvents });
    } catch (error) {
      this.mark(number, { state: 'cut off' });
      throw error;
    }
    const tookSeconds = Math.round((performance.now() - begunMs) / 100) / 10;
    this.mark(number, { state: 'done', tookSeconds });
    const results = this.resultsOf(number);
    this.sharing.learn(results, count);
    events.onTrialEnd?.(plan, results);
    return results;
  }

  private add(trial: Trial | SizedTrial): number {
    const { trials } = this.folder.run;
    const number = trials.length + 1;
    this.folder.update({ trials: [...trials, { number, ...recordOf(trial), state: 'planned' }] });
    return number;
  }

  private mark(
    number: number,
    ended: Pick<RunRecord['trials'][number], 'state' | 'tookSeconds'>,
  ): void {
    const { trials } = this.folder.run;
    this.folder.update({
      trials: trials.map((trial) => (trial.number === number ? { ...trial, ...ended } : trial)),
    });
  }

  private resultsOf(number: number): StepResult[] {
    const record = this.folder.trial(number);
    if (record === undefined) throw new Error(`trial ${number} left nothing on disk`);
    const results = stepResults(record);
    this.steps.set(number, results);
    this.folder.writeOfTrial(
      number,
      'validity.json',
      results.map(({ name, validity }) => ({ step: name, ...validity })),
    );
    return results;
  }
}
