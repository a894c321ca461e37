// Subjects that stay up from trial to trial: one that ended unasked is started again before the next trial.
import { type AppName, usesDatabase } from '../../contract/apps';
import type { Incident } from '../results/schemas';
import { databasePart } from '../results/trial/evidence';
import type { Endpoint, Runtime } from '../runtime/runtime';
import type { Subject } from '../runtime/subject';

/** Whether it happened to the app, or to the database that the app cannot do without. */
export const concerns = ({ part }: Incident, app: AppName): boolean =>
  part === app || (part === databasePart && usesDatabase(app));

/** From its making on it hears of what ends unasked, between trials too; `release` ends that. */
export class LiveSubject {
  /** Whether a trial has warmed the process up; whoever measures says so. */
  isWarm = false;
  /** Whether the process of the last trial is there for the next. */
  isUp = false;
  readonly release: () => void;
  private latest: Endpoint | undefined;

  constructor(
    private readonly runtime: Pick<Runtime, 'start' | 'onIncident'>,
    readonly subject: Subject,
  ) {
    this.release = runtime.onIncident((incident) => {
      if (concerns(incident, subject.app)) this.giveUp();
    });
  }

  /** Of the process that was started last. */
  get endpoint(): Endpoint {
    if (this.latest === undefined) throw new Error(`${this.subject.app} was never started`);
    return this.latest;
  }

  /** The next trial gets a fresh process. */
  giveUp(): void {
    this.isUp = false;
  }

  /** For the next trial: as it is, or started again. */
  async up(): Promise<Endpoint> {
    if (this.isUp) return this.endpoint;
    this.isWarm = false;
    this.latest = await this.runtime.start(this.subject);
    this.isUp = true;
    return this.endpoint;
  }
}

/**
 * Tells the body whether a subject ended unasked: what follows would be measured on a dead process.
 *
 * @param apps the subjects that the body measures
 */
export async function watchingSubjects<T>(
  runtime: Pick<Runtime, 'onIncident'>,
  apps: readonly AppName[],
  body: (hasEnded: () => boolean) => Promise<T>,
): Promise<T> {
  let hasEnded = false;
  const stopWatching = runtime.onIncident((incident) => {
    if (apps.some((app) => concerns(incident, app))) hasEnded = true;
  });
  try {
    return await body(() => hasEnded);
  } finally {
    stopWatching();
  }
}
