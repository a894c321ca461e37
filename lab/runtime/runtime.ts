// Where the subjects live: one interface over this machine's processes, containers, or endpoints
// that somebody else started.
import type { Plan } from '../../contract/plan';
import type { Hiccup, Incident, RunRecord, UsageSample } from '../results/schemas';
import type { Arm } from '../results/trial/result';
import type { Ending } from './native/processes';
import type { AppName, Subject } from './subject';

export type Endpoint = {
  /** As k6 reaches it. */
  baseUrl: string;
  /** As the lab reaches it: one for each replica, or one name that stands for all of them. */
  metricsUrls: readonly string[];
};

/** Two subjects that are up at once; what is asked of `metricsUrls` is of both. */
export type PairedEndpoints = Endpoint & { arms: Readonly<Record<Arm, Endpoint>> };

/** The app of each arm. */
export type ArmApps = Readonly<Record<Arm, AppName>>;

/** k6 at work, in one process or several. */
export type Generator = {
  readonly ended: Promise<Ending>;
  /** Of each, where several share the load. */
  readonly endings?: readonly Promise<Ending>[];
  /** Asks it to stop: it still writes its summary. */
  stop(): Promise<void>;
};

/** @param generator from 1; absent where there is one */
export type OnLine = (line: string, generator?: number) => void;

export type RuntimeFacts = RunRecord['runtime'];

export interface Runtime {
  readonly facts: RuntimeFacts;
  readonly prometheusUrl: string;
  /** Superuser's URL to a database that is never reset; null where there is none to be had. */
  readonly statisticsUrl: string | null;
  /** Cores that a subject may use: profiles are sized by it. */
  readonly subjectCores: number;
  /** Whether it can look into the apps' databases: else no books are kept. */
  readonly seesDatabases: boolean;
  /** Versions of what takes part, by name; absent: those of the programs on this machine's PATH. */
  readonly tools?: Readonly<Record<string, string>>;

  /**
   * Brings this subject up, fresh, on a reset database; ready when it returns.
   *
   * @param arm of a comparison in turns: the other arm stays up, whatever its app
   */
  start(subject: Subject, arm?: Arm): Promise<Endpoint>;
  stopSubject(app: AppName, arm?: Arm): Promise<void>;
  superuserUrl(app: AppName, arm?: Arm): string;

  /** Generators that do not share a core, at most. */
  readonly mostGenerators: number;
  /** Cores of as many generators together, where each has its own; absent: those of the placement. */
  generatorCores?(count: number): number;
  /** Runs k6 on a plan; `onLine` gets each line that it logs, and which of the plan's generators does. */
  generate(plan: Plan, planFile: string, onLine: OnLine): Promise<Generator>;
  /** CPU seconds used so far; rejects never: what cannot be read is null. */
  usage(app: AppName, arms?: ArmApps): Promise<UsageSample>;

  /** When cores of this placement stood still; undefined where nobody looks. */
  hiccupsSince?(atMs: number): Hiccup[] | undefined;

  /** Called for whatever ends or restarts unasked. */
  onIncident: Incidents['on'];
  close(): Promise<void>;
}

/** What happens to parts unasked, and those who want to be told. */
export class Incidents {
  private readonly listeners = new Set<(incident: Incident) => void>();

  /** @returns what ends the telling */
  readonly on = (listener: (incident: Incident) => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  tell(part: string, what: string, atMs = Date.now()): void {
    for (const listener of this.listeners) listener({ atMs, part, what });
  }
}

/** CPU seconds of this process so far. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Null where one of them is. */
export const sumOrNull = (values: readonly (number | null)[]): number | null =>
  values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0);
