// One run's folder: results/<run id>/run.json, trials/<n>/..., analysis.json.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { rememberApps } from '../../contract/apps';
import { environmentError, LabError, usageError } from '../errors';
import { isAlive } from '../proc';
import { makeFolder } from '../system-errors';
import { writeFileAtomic } from './atomic';
import { fingerprintOf } from './machine';
import {
  booksSchema,
  type GeneratorRecord,
  generatorsSchema,
  planSchema,
  type RunRecord,
  runSchema,
  type ServerRecord,
  schemaVersion,
  serverSchema,
  summarySchema,
  type TurnRecord,
  turnsSchema,
} from './schemas';
import type { Latencies } from './trial/merge';
import type { Arm } from './trial/result';
import type { TrialRecord } from './trial/steps';

/** A trial as it lies on disk; what was cut off has parts missing. */
export type TrialFiles = TrialRecord & { number: number; server: ServerRecord | null };

/** Of runs that a beginning fits. */
const mostNamed = 5;

export class RunFolder {
  private constructor(
    readonly path: string,
    private record: RunRecord,
  ) {}

  static create(resultsDir: string, record: RunRecord): RunFolder {
    const path = join(resultsDir, record.id);
    makeFolder(join(path, 'trials'));
    const folder = new RunFolder(path, record);
    folder.save();
    return folder;
  }

  /** Opens by id, or by an unambiguous beginning of one; without either, the latest run. */
  static open(resultsDir: string, wanted?: string): RunFolder {
    const matches =
      wanted === undefined
        ? [latestRunId(resultsDir)].filter((id) => id !== undefined)
        : listRunIds(resultsDir).filter((id) => id.startsWith(wanted));
    const [id, another] = matches.includes(wanted ?? '') ? [wanted] : matches;
    if (id === undefined) {
      throw usageError(
        wanted === undefined
          ? `There is no run in ${resultsDir} yet: \`npm start\` makes one.`
          : `No run is called "${wanted}" in ${resultsDir}: \`npm run lab -- list\` shows them.`,
      );
    }
    if (another !== undefined) {
      const some = matches.slice(0, mostNamed).join(', ');
      const more = matches.length > mostNamed ? `, and ${matches.length - mostNamed} more` : '';
      throw usageError(`"${wanted}" is the beginning of several runs: ${some}${more}.`);
    }
    return RunFolder.read(resultsDir, id);
  }

  /**
   * Every run that can be read, oldest first. One that cannot be is named on stderr, once, and left out: it
   * stops no other.
   *
   * @param isWanted by its id, before anything is read
   */
  static all(resultsDir: string, isWanted = (_id: string): boolean => true): RunFolder[] {
    return listRunIds(resultsDir)
      .filter(isWanted)
      .flatMap((id) => readOrTell(() => RunFolder.read(resultsDir, id)) ?? []);
  }

  private static read(resultsDir: string, id: string): RunFolder {
    const path = join(resultsDir, id);
    const record = readChecked(join(path, 'run.json'), runSchema);
    if (record.id !== id) throw renamedError(path, record.id);
    rememberApps(record.foreignApps ?? []);
    // As this version tells machines apart: an earlier one did so by less than it recorded of them.
    const host = { ...record.host, fingerprint: fingerprintOf(record.host) };
    return new RunFolder(path, { ...record, host });
  }

  /** As it stands; one that still says `running` after its process ended was cut off. */
  get run(): RunRecord {
    const { record } = this;
    return record.status === 'running' && !isAlive(record.owner)
      ? { ...record, status: 'partial' }
      : record;
  }

  update(change: Partial<RunRecord>): void {
    this.record = { ...this.record, ...change };
    this.save();
  }

  trialPath(number: number): string {
    const path = join(this.path, 'trials', trialName(number));
    makeFolder(path);
    return path;
  }

  writeOfTrial(number: number, name: string, value: unknown): void {
    writeJson(join(this.trialPath(number), name), value);
  }

  write(name: string, value: unknown): void {
    writeJson(join(this.path, name), value);
  }

  writeText(name: string, text: string): void {
    writeFileAtomic(join(this.path, name), text);
  }

  /** In the order of their numbers. Git and archives keep no empty folder: one of no trials may be gone. */
  trials(): TrialFiles[] {
    const folder = join(this.path, 'trials');
    return (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => /^\d{3,}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b)
      .flatMap((number) => this.trial(number) ?? []);
  }

  /** Undefined where it has not begun. */
  trial(number: number): TrialFiles | undefined {
    const at = (file: string) => join(this.path, 'trials', trialName(number), file);
    if (!existsSync(at('plan.json'))) return undefined;
    return {
      number,
      plan: readChecked(at('plan.json'), planSchema),
      summary: readIfThere(at('k6-summary.json'), summarySchema),
      server: readIfThere(at('server.json'), serverSchema),
      ...(existsSync(at(generatorsFile)) && {
        generators: readChecked(at(generatorsFile), generatorsSchema).generators,
      }),
      ...(existsSync(at(turnsFile)) && { turns: readChecked(at(turnsFile), turnsSchema).turns }),
      ...(existsSync(at(booksFile())) && { books: readChecked(at(booksFile()), booksSchema) }),
      ...(existsSync(at(booksFile('a'))) &&
        existsSync(at(booksFile('b'))) && {
          booksOfArms: {
            a: readChecked(at(booksFile('a')), booksSchema),
            b: readChecked(at(booksFile('b')), booksSchema),
          },
        }),
    };
  }

  /**
   * Takes a run that was cut off up again, for the process that calls: what was measured stays,
   * trials that did not end are forgotten and may be made again under the same numbers.
   */
  resume(owner: RunRecord['owner']): void {
    const { trials, incidents } = this.record;
    const done = trials.filter(({ state }) => state === 'done');
    for (const { number, state } of trials) {
      if (state === 'done') continue;
      rmSync(join(this.path, 'trials', trialName(number)), { recursive: true, force: true });
    }
    const atMs = Date.now();
    const what = `was cut off after ${done.length} trials and went on at ${new Date(atMs).toISOString()}`;
    this.update({
      owner,
      status: 'running',
      endedAt: null,
      trials: done,
      incidents: [...incidents, { atMs, part: 'lab', what }],
    });
  }

  private save(): void {
    this.write('run.json', this.record);
  }
}

/** Of two arms each has its own. */
export const booksFile = (arm?: Arm): string =>
  arm === undefined ? 'books.json' : `books-${arm}.json`;

const generatorsFile = 'generators.json';

/** What each of several generators did, and the time of each of its requests. */
export function writeGenerators(
  trialPath: string,
  generators: readonly GeneratorRecord[],
  latencies: readonly Latencies[],
): void {
  writeJson(join(trialPath, generatorsFile), { schemaVersion, generators });
  for (const [index, steps] of latencies.entries()) {
    const file = join(trialPath, `latencies-${index + 1}.json`);
    writeFileAtomic(file, `${JSON.stringify({ schemaVersion, steps })}\n`);
  }
}

const turnsFile = 'turns.json';

/** A line for each turn, however many users told of it, in as many lines of k6's log. */
export function writeTurns(trialPath: string, told: readonly TurnRecord[]): void {
  const sum = (all: readonly TurnRecord[], count: 'skipped' | 'failed') =>
    all.reduce((total, one) => total + one[count], 0);
  const turns = [...Map.groupBy(told, ({ step, turn }) => `${step} ${turn}`).values()]
    .map((all): TurnRecord => {
      const [{ step, turn }] = all as [TurnRecord];
      const ms = all.flatMap((one) => one.ms);
      return { step, turn, skipped: sum(all, 'skipped'), failed: sum(all, 'failed'), ms };
    })
    .sort((one, other) => one.step.localeCompare(other.step) || one.turn - other.turn);
  const lines = turns.map((turn) => JSON.stringify(turn)).join(',\n');
  const text = `{"schemaVersion": ${schemaVersion}, "turns": [\n${lines}\n]}\n`;
  writeFileAtomic(join(trialPath, turnsFile), text);
}

const trialName = (number: number): string => String(number).padStart(3, '0');

/** Oldest first: ids begin with the time. */
export function listRunIds(resultsDir: string): string[] {
  if (!existsSync(resultsDir)) return [];
  return readdirSync(resultsDir)
    .filter((name) => existsSync(join(resultsDir, name, 'run.json')))
    .sort();
}

/** As `run.id` is made: nothing else becomes part of a path or of a command. */
const plainId = /^[\w-]+$/;

/** Of a copy or a folder that was renamed: two folders of one run would count it twice. */
function renamedError(path: string, id: string): LabError {
  const remedy = plainId.test(id)
    ? `call it that again, or move it out of the results if it is a copy`
    : 'move it out of the results';
  return environmentError(
    `${path} was renamed: its run is ${JSON.stringify(id)}. Please ${remedy}.`,
  );
}

/** A folder that was renamed is not it, and told on stderr; one that cannot be read may be. */
export const latestRunId = (resultsDir: string): string | undefined =>
  listRunIds(resultsDir).findLast((id) => {
    const path = join(resultsDir, id);
    return readOrTell(() => {
      const own = idIn(path) ?? id;
      if (own !== id) throw renamedError(path, own);
      return true;
    });
  });

function idIn(path: string): string | undefined {
  try {
    const { id } = JSON.parse(readFileSync(join(path, 'run.json'), 'utf8'));
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

const told = new Set<string>();

/**
 * Of one run among many: undefined where it cannot be read, which is told on stderr, once.
 *
 * @throws what is no LabError
 */
export function readOrTell<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    if (!told.has(error.message)) console.error(`Left out: ${error.message}`);
    told.add(error.message);
    return undefined;
  }
}

export function writeJson(path: string, value: unknown): void {
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

const readIfThere = <T>(path: string, schema: z.ZodType<T>): T | null =>
  existsSync(path) ? readChecked(path, schema) : null;

function readChecked<T>(path: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw environmentError(
      `${path} cannot be read: ${(error as Error).message}. Bring it back from a copy, or remove the folder of its run; other runs need neither.`,
      error,
    );
  }
  requireKnownVersion(path, value, schemaVersion);
  return checked(path, value, schema);
}

export function requireKnownVersion(where: string, value: unknown, known: number): void {
  const found = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof found !== 'number' || found <= known) return;
  throw environmentError(
    `${where} was written by a newer version of the lab (format ${found}, this one knows ${known}). Update the clone to read it.`,
  );
}

/**
 * @param at the keys that lead to the value in the file
 * @throws LabError (exit 5) naming the file, the field and what was expected there
 */
export function checked<T>(
  file: string,
  value: unknown,
  schema: z.ZodType<T>,
  at: readonly string[] = [],
  { whole, remedy } = {
    whole: 'whole file',
    remedy: 'The file was changed by hand or damaged; run the experiment again.',
  },
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = [...at, ...(issue?.path ?? [])].join('.') || `(${whole})`;
  throw environmentError(`${file}: field ${field}: ${issue?.message}. ${remedy}`);
}
