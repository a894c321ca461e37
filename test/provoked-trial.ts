// Trials of one step against a lab inside this process, in which a test makes something go wrong.
// Ports and folders are those of the environment at the time when this is loaded.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { Step } from '../contract/plan';
import { reportedRun } from '../lab/experiments/conclude';
import { renderReport, renderRun } from '../lab/experiments/documents';
import { runExperiment, type Trial } from '../lab/measure/conductor';
import { isVoidWithoutOne } from '../lab/measure/void-run';
import { sloOf } from '../lab/measure/workloads';
import { resultsDir, stateDir } from '../lab/paths';
import { childrenOf } from '../lab/proc';
import { renderValidity } from '../lab/render/validity';
import type { LoadPlan } from '../lab/results/schemas';
import type { StepResult } from '../lab/results/trial/steps';
import type { Check } from '../lab/results/trial/validity';
import { NativeRuntime } from '../lab/runtime/native/native';
import { pinSelf } from '../lab/runtime/native/placement';
import { allowedCpus } from '../lab/runtime/native/topology';
import type { Endpoint } from '../lab/runtime/runtime';
import { type Subject, subjectOf } from '../lab/runtime/subject';

const urgentNice = -20;
const usualNice = 0;

type Provocation = {
  workload: string;
  /** A k6 file that is asked instead of the workload's own requests. */
  workloadFile?: string;
  load: Step['load'];
  durationSeconds?: number;
  sampleEvery?: number;
  /** Where the load goes, if not to the subject itself. */
  baseUrl?: string;
  /**
   * Generator and subject go before whatever else is on their cores, where the user may ask for
   * that (root): a busy machine would not let them do what is to be provoked.
   */
  urgent?: boolean;
  /** Called when the step begins; the trial is over when both have ended. */
  during?: () => Promise<void> | void;
};

/** What is left of a trial: its one step, and each place where it is shown. */
export type Outcome = {
  step: StepResult;
  check(name: string): Check | undefined;
  /** validity.json, and the run as `lab show`, `lab show --validity` and the report have it. */
  shown: { file: string; run: string; validity: string; report: string };
};

export class ProvokedLab {
  private constructor(
    readonly runtime: NativeRuntime,
    readonly endpoint: Endpoint,
    private readonly subject: Subject,
  ) {}

  /** Express on PostgreSQL, with a k6 and a Prometheus beside it. */
  static async open(): Promise<ProvokedLab> {
    // Two cores even where there are more: what saturates one must not need a large machine.
    pinSelf(allowedCpus().slice(0, 2));
    const runtime = await NativeRuntime.open();
    try {
      const subject = subjectOf('express', 'default', runtime.subjectCores);
      return new ProvokedLab(runtime, await runtime.start(subject), subject);
    } catch (error) {
      await runtime.close();
      throw error;
    }
  }

  pidOf(name: string): number {
    const { children } = JSON.parse(readFileSync(join(stateDir, 'processes.json'), 'utf8'));
    return children.find((child: { name: string }) => child.name === name).pid;
  }

  async trial(provocation: Provocation): Promise<Outcome> {
    const { workload, load } = provocation;
    const scenario = load.model === 'open' ? 'scaling' : 'concurrency';
    let provoked: Promise<void> | undefined;
    const trial: Trial = {
      scenario,
      app: 'express',
      workload,
      purpose: 'measure',
      load: (basis) => this.plan(scenario, { ...basis, ...provocation }),
    };
    const folder = await runExperiment(
      {
        experiment: { kind: 'run', isVoid: isVoidWithoutOne },
        arguments: ['test'],
        seed: 1,
        resultsDir,
        runtime: this.runtime,
        subjects: [this.subject],
        trials: [trial],
        signal: new AbortController().signal,
        events: {
          onStep: (_plan, name) => {
            if (provocation.urgent) this.hurry(urgentNice);
            if (name !== 'step_01') return;
            provoked = Promise.resolve(provocation.during?.());
          },
        },
      },
      async (conductor) => {
        await conductor.trial(this.endpoint, trial);
        await provoked;
      },
    );
    if (provocation.urgent) this.hurry(usualNice);
    const reported = reportedRun(folder);
    const step = reported.found.trials[0]?.steps.at(-1);
    if (step === undefined) throw new Error('the trial left no step');
    return {
      step,
      check: (wanted) => step.validity.checks.find(({ name }) => name === wanted),
      shown: {
        file: readFileSync(join(folder.path, 'trials/001/validity.json'), 'utf8'),
        run: renderRun(reported),
        validity: renderValidity(reported),
        report: await renderReport([reported]),
      },
    };
  }

  private hurry(nice: number): void {
    const parts = nice === usualNice ? ['express'] : ['express', 'k6'];
    for (const pid of parts.map((part) => this.pidOf(part))) {
      for (const member of [pid, ...childrenOf(pid)]) raisePriority(member, nice);
    }
  }

  close(): Promise<void> {
    return this.runtime.close();
  }

  private plan(scenario: string, options: Provocation & { run: string; trial: number }): LoadPlan {
    const { run, trial, workload, workloadFile, load, baseUrl = this.endpoint.baseUrl } = options;
    const gentle: Step['load'] =
      load.model === 'open'
        ? { model: 'open', rateRps: 50, maxVUs: load.maxVUs }
        : { model: 'closed', users: 1 };
    return {
      ...{ schemaVersion: 1, scenario, run, trial, app: 'express', baseUrl, allowHosts: [] },
      workload,
      ...(workloadFile !== undefined && { workloadFile }),
      steps: [
        { name: 'warmup', warmup: true, durationSeconds: 1, load: gentle },
        { name: 'step_01', warmup: false, durationSeconds: options.durationSeconds ?? 3, load },
      ],
      ...{ gapSeconds: 0.5, gracefulStopSeconds: 2, seed: 1 },
      slo: sloOf(workload),
      sampleEvery: options.sampleEvery ?? 20,
    };
  }
}

/** Each of the lab's children leads a session, and Linux weighs sessions (sched(7), autogroup). */
function raisePriority(pid: number, nice: number): void {
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), nice);
    writeFileSync(`/proc/${pid}/autogroup`, String(nice));
  } catch {
    // Not root, no such feature, or a thread that has just ended: then the machine must be quiet.
  }
}
