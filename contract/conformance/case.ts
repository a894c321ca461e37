// A case: one expectation that both apps must meet, and when it cannot be asked.
import type { Subject } from './subjects';

export type Case = {
  /** Reads as a sentence about the app. */
  name: string;
  /** The only apps that it is about; both, if not said. */
  apps?: Subject['app'][];
  /** Why this subject cannot be asked; nothing when it can. */
  skip?: (subject: Subject) => string | undefined;
  /** What is under way before the first case of the suite, so that its time passes meanwhile. */
  begin?: (subject: Subject) => Promise<void>;
  /** Fails with a message that names app, request, what was expected and what came. */
  run: (subject: Subject) => Promise<void>;
};

export type Group = {
  title: string;
  cases: Case[];
  /** Debug logging could change the outcome: these cases run again with it. */
  againWithDebug?: boolean;
};

export const withoutDatabase = (subject: Subject): string | undefined =>
  subject.databaseUrl === undefined ? 'the subject has no databaseUrl' : undefined;

export const withoutProcess = (subject: Subject): string | undefined =>
  subject.rootPid === undefined ? 'the subject has no rootPid' : undefined;
