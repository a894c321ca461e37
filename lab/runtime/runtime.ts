// Where the subjects live: one interface over this machine's processes, containers, or endpoints
// that somebody else started.
import type { Plan } from '../../contract/plan';
import type { Placement } from './native/placement';
import type { Ending } from './native/processes';
import type { AppName, Subject } from './subject';

export type Endpoint = {
  /** As k6 reaches it. */
  baseUrl: string;
  /** As the lab reaches it: one for each replica, or one name that stands for all of them. */
  metricsUrls: readonly string[];
};

/** CPU seconds used so far; null where this runtime cannot see them. */
export type Usage = {
  atMs: number;
  subject: number | null;
  database: number | null;
  generator: number | null;
  /** Prometheus and the lab itself. */
  lab: number | null;
  /** All processes of the machine, ours included. */
  machine: number | null;
  /** Taken by the hypervisor for somebody else. */
  steal: number | null;
};

/** One k6 process at work. */
export type Generator = {
  readonly ended: Promise<Ending>;
  /** Asks it to stop: it still writes its summary. */
  stop(): Promise<void>;
};

export type RuntimeFacts = {
  kind: 'native' | 'compose' | 'attached';
  placement: Placement;
  postgres: string;
  /** What limits the figures on this machine, in words. */
  caveats: string[];
};

/** Something that happened to a part by itself, during a run. */
export type Incident = { atMs: number; part: string; what: string };

export interface Runtime {
  readonly facts: RuntimeFacts;
  readonly prometheusUrl: string;
  /** Superuser's URL to a database that is never reset; null where there is none to be had. */
  readonly statisticsUrl: string | null;
  /** Cores that a subject may use: profiles are sized by it. */
  readonly subjectCores: number;
  /** Versions of what takes part, by name; absent: those of the programs on this machine's PATH. */
  readonly tools?: Readonly<Record<string, string>>;

  /** Brings this subject up, fresh, on a reset database; ready when it returns. */
  start(subject: Subject): Promise<Endpoint>;
  stopSubject(app: AppName): Promise<void>;
  resetDatabase(app: AppName): Promise<void>;
  superuserUrl(app: AppName): string;

  /** Runs k6 on a plan; `onLine` gets each line that it logs. */
  generate(plan: Plan, planFile: string, onLine: (line: string) => void): Promise<Generator>;
  usage(app: AppName): Promise<Usage>;

  /** Called for whatever ends or restarts unasked. */
  onIncident(listener: (incident: Incident) => void): () => void;
  close(): Promise<void>;
}
