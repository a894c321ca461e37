// A case: one expectation that every app must meet, and when it cannot be asked.
import type { App, Part } from '../app';
import type { Subject } from './subjects';

export type Case = {
  /** Reads as a sentence about the app. */
  name: string;
  /** The part of the contract that it asks for, where its group asks for several. */
  part?: Part;
  /** Whether it is about an app at all, by its app.json; if not said, it is. */
  isFor?: (app: App) => boolean;
  /** It asks for what optional middleware does, and so nothing of the bare profile. */
  ofMiddleware?: boolean;
  /** Why this subject cannot be asked; nothing when it can. */
  skip?: (subject: Subject) => string | undefined;
  /** Where it may take longer than a case usually does. */
  patienceMs?: number;
  /** What is under way before the first case of the suite, so that its time passes meanwhile. */
  begin?: (subject: Subject) => Promise<void>;
  /** Fails with a message that names app, request, what was expected and what came. */
  run: (subject: Subject) => Promise<void>;
};

/** How a subject may be started otherwise than the suite's first. */
export type Variant = 'debug' | 'tuned' | 'bare' | 'container';

export type Group = {
  title: string;
  cases: Case[];
  /** The part of the contract that an app must serve to be asked. `bare` has no shop. */
  part: Part;
  /** About everything that was asked before, so that each part of the suite ends with it. */
  inEachPart?: boolean;
  /** What could change the outcome: with that the cases run again. */
  again?: Variant[];
};

export const withoutDatabase = (subject: Subject): string | undefined =>
  subject.databaseUrl === undefined ? 'the subject has no databaseUrl' : undefined;

export const withoutProcess = (subject: Subject): string | undefined =>
  subject.rootPid === undefined ? 'the subject has no rootPid' : undefined;
