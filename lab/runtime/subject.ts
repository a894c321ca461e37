// A subject: one app in one configuration at one revision, and how a person names it:
// APP[@REVISION][:PROFILE][:SETTING=VALUE]..., for example APP alone, `APP:tuned`, `APP@HEAD~3:workers=2`.
import { type ProfileName, profileNames, takes } from '../../contract/app';
import { type AppName, appNames } from '../../contract/apps';
import type { Configuration } from '../configuration/configuration';
import { labVariables } from '../configuration/variables';
import { usageError } from '../errors';
import { appTitle } from '../results/findings';
import type { Revision, RunRecord } from '../results/schemas';
import { appOf } from './revisions/app';
import { worktree } from './revisions/tree';
import { formatProducts, shopSizes, sizeOfProducts } from './shop-size';

export { type AppName, appNames, type ProfileName, profileNames };

export type Subject = RunRecord['subjects'][number] & { profile: ProfileName };

/** Worker processes per app, or cores; a larger number is a typing error. */
export const mostWorkers = 64;
/** As many as docker-compose.yml publishes ports for. */
export const mostReplicas = 9;

/** What an experiment changes about a subject, one at a time. */
export type Variation = Partial<Pick<Subject, 'workers' | 'replicas' | 'cpus' | 'products'>>;

const wholeUpTo = (most: number) => ({
  expected: `a whole number from 1 to ${most}`,
  fits: (value: number) => Number.isInteger(value) && value >= 1 && value <= most,
});

const ranges: Record<keyof Variation, { expected: string; fits: (value: number) => boolean }> = {
  workers: wholeUpTo(mostWorkers),
  replicas: wholeUpTo(mostReplicas),
  cpus: {
    expected: 'a number of cores above 0',
    fits: (value) => value > 0 && Number.isFinite(value),
  },
  products: {
    expected: Object.values(shopSizes).join(' or '),
    fits: (value) => sizeOfProducts(value) !== undefined,
  },
};

/** What a subject's notation may set. */
export const settingNames = Object.keys(ranges) as (keyof Variation)[];

/** @param given what was typed, where that is not the number itself */
function requireRange(
  name: string,
  setting: keyof Variation,
  value: number,
  given = String(value),
): void {
  const { expected, fits } = ranges[setting];
  if (!fits(value)) throw usageError(`${name} is "${given}": give ${expected}.`);
}

/**
 * The subject that a profile makes of an app on this many cores.
 *
 * `workers` and `replicas` change their number alone; the connections they share stay the same in
 * all, so that more of them do not mean a larger claim on the database.
 */
export function subjectOf(
  app: AppName,
  profile: ProfileName,
  cores: number,
  { workers, replicas = 1, cpus, products }: Variation = {},
  revision?: Revision,
): Subject {
  const at = revision && { revision };
  const declared = appOf({ app, ...at });
  const { profiles, server, title } = declared;
  const choices = profiles[profile];
  if (choices === undefined) {
    throw usageError(
      `${title} has no profile ${profile}: it has ${Object.keys(profiles).join(', ')}.`,
    );
  }
  const usual = choices.workersPerCore * cores;
  const count = workers ?? usual;
  if (workers !== undefined) {
    requireRange('--workers', 'workers', workers);
    if (!takes(declared, 'workers')) {
      throw usageError(
        `The lab cannot give ${title} workers: ${declared.file} names {workers} neither in its command nor in its environment.`,
      );
    }
  }
  requireRange('--replicas', 'replicas', replicas);
  return {
    app,
    profile,
    ...at,
    server,
    replicas,
    ...(cpus !== undefined && { cpus }),
    workers: count,
    threads: choices.threadsPerWorker ?? Math.min(1, count),
    pool: poolOf(choices.poolPerWorker * usual, count * replicas),
    keepAliveSeconds: choices.keepAliveSeconds,
    ...(products !== undefined && { products }),
    settings: choices.settings ?? {},
  };
}

/** One at the least, where the lab sets it at all. */
const poolOf = (connections: number, workers: number): number =>
  connections === 0 ? 0 : Math.max(1, Math.floor(connections / workers));

/** Refuses what only containers can have where subjects are processes. */
export function requirePlain({ replicas = 1, cpus }: Variation, runtime: string): void {
  if (replicas === 1 && cpus === undefined) return;
  if (runtime === 'compose' || runtime === 'kubernetes') return;
  const wanted = replicas === 1 ? `a CPU limit of ${cpus}` : `${replicas} replicas`;
  throw usageError(
    `--runtime ${runtime} cannot give an app ${wanted}: use --runtime compose or kubernetes.`,
  );
}

/** Refuses a number of workers where the lab restarts nothing. */
export function requireUsualWorkers(
  { workers }: Pick<Variation, 'workers'>,
  runtime: string,
): void {
  if (workers === undefined || runtime !== 'attached') return;
  throw usageError(
    '--runtime attached restarts nothing, so it cannot change the number of workers: use --runtime native, compose or kubernetes.',
  );
}

/** Refuses a shop of a size of its own where the lab does not make the databases itself. */
export function requireUsualShop({ products }: Variation, runtime: string): void {
  if (products === undefined || runtime === 'native') return;
  const where = startedElsewhere[runtime];
  const remedy =
    where === undefined
      ? `set ${labVariables.shopSize.name}, which all apps share`
      : `give all apps such a shop where they are started: ${where}`;
  throw usageError(
    `--runtime ${runtime} cannot give an app a shop of ${formatProducts(products)} products: use --runtime native, or ${remedy}.`,
  );
}

/** Where apps have their settings from, by the runtimes that start none with the lab's own. */
const startedElsewhere: Readonly<Record<string, string>> = {
  attached: 'of docker-compose.yml in .env',
  kubernetes: 'in kubernetes/base, the apps in their Deployments and SHOP_SIZE in lab.yaml',
};

const ofApps = ['shopSize', 'logLevel', 'plantedWorkMs'] as const;

/** Refuses settings that no app would get: the run would record them all the same. */
export function requireUsualSettings(
  given: Pick<Configuration, (typeof ofApps)[number]>,
  runtime: string,
): void {
  const where = startedElsewhere[runtime];
  const unheard = ofApps.find((key) => String(given[key]) !== labVariables[key].default);
  if (where === undefined || unheard === undefined) return;
  throw usageError(
    `${labVariables[unheard].name} is set, and --runtime ${runtime} gives no app a setting: unset it here, and set it where the apps are started: ${where}.`,
  );
}

/** Refuses what has to be built of another revision where the lab starts what is there. */
export function requireOwnRevision({ at, notation }: NamedSubject, runtime: string): void {
  if (at === undefined || runtime === 'native') return;
  throw usageError(
    `--runtime ${runtime} has the clone's own code alone: for ${notation} use --runtime native.`,
  );
}

export type NamedSubject = {
  app: AppName;
  /** Revision as it was named; `revision` once that was found and built (revisions/app.ts). */
  at?: string;
  revision?: Revision;
  profile: ProfileName;
  variation: Variation;
  /** The shortest notation of the same subject. */
  notation: string;
};

export function parseSubject(text: string): NamedSubject {
  const [code = '', ...rest] = text.split(':');
  const [, app = '', at] = /^([^@]*)(?:@(.*))?$/.exec(code) ?? [];
  if (!isOneOf(app, appNames)) {
    throw usageError(
      `Subject "${text}": "${app}" is no app. ${grammar}; an app is ${appNames.join(' or ')}.`,
    );
  }
  // What begins with a dash, git would take for an option.
  if (at !== undefined && !/^[^-]/.test(at)) {
    throw usageError(
      `Subject "${text}": "${at}" is no revision. ${grammar}; a revision is a commit, a branch, a tag, or ${worktree} for what is not committed.`,
    );
  }
  const named = rest[0] !== undefined && !rest[0].includes('=') ? rest.shift() : undefined;
  const profile = named ?? 'default';
  if (!isOneOf(profile, profileNames)) {
    throw usageError(
      `Subject "${text}": "${profile}" is no profile. ${grammar}; a profile is ${profileNames.join(', ')}.`,
    );
  }
  const variation: Variation = {};
  for (const part of rest) {
    const { setting, value } = parseSetting(text, part);
    if (variation[setting] !== undefined) {
      throw usageError(`Subject "${text}": "${setting}" is given twice.`);
    }
    variation[setting] = value;
  }
  const changed = Object.entries(variation).map(([setting, value]) => `:${setting}=${value}`);
  const own = at === undefined ? app : `${app}@${at}`;
  const notation = `${own}${profile === 'default' ? '' : `:${profile}`}${changed.join('')}`;
  return { app, ...(at !== undefined && { at }), profile, variation, notation };
}

const grammar = `A subject is written APP[@REVISION][:PROFILE][:SETTING=VALUE]..., such as ${appNames[0]}:workers=2`;

function parseSetting(text: string, part: string): { setting: keyof Variation; value: number } {
  const [setting = '', given = '', ...more] = part.split('=');
  if (!isOneOf(setting, settingNames) || more.length > 0) {
    throw usageError(
      `Subject "${text}": "${part}" is no setting. ${grammar}; a setting is ${settingNames.join(', ')}.`,
    );
  }
  const value = given.trim() === '' ? Number.NaN : Number(given);
  requireRange(`Subject "${text}": ${setting}`, setting, value, given);
  return { setting, value };
}

const isOneOf = <T extends string>(text: string, known: readonly T[]): text is T =>
  known.some((candidate) => candidate === text);

/** What sentences call two subjects: as short as keeps them apart. */
export function titlesOf(a: NamedSubject, b: NamedSubject): { a: string; b: string } {
  const isOfRevisions = (a.revision ?? b.revision) !== undefined && a.profile === b.profile;
  const namesProfile = a.app === b.app && !isOfRevisions;
  return { a: titleOf(a, namesProfile), b: titleOf(b, namesProfile) };
}

/** @param namesProfile whether the default profile is named too */
export function titleOf(
  { app, profile, variation, revision }: NamedSubject,
  namesProfile = false,
): string {
  const changed = Object.entries(variation).map(([setting, value]) =>
    setting === 'products' ? `${formatProducts(value)} products` : `${value} ${setting}`,
  );
  const words = [
    ...(revision ? [titleOfRevision(revision)] : []),
    ...(namesProfile || profile !== 'default' ? [profile] : []),
    ...changed,
  ];
  return words.length === 0 ? appTitle(app) : `${appTitle(app)} (${words.join(', ')})`;
}

/** `HEAD~3` is another commit tomorrow: a name that is no part of the commit's hash comes with it. */
function titleOfRevision({ name, commit }: Revision): string {
  if (commit === null || commit.startsWith(name)) return name;
  return `${name} ${commit.slice(0, 7)}`;
}

/** As it is measured on this many cores. */
export function subjectNamed(
  { app, profile, variation, at, revision, notation }: NamedSubject,
  cores: number,
): Subject {
  if (at !== undefined && !revision) throw new Error(`${notation} was not looked up`);
  return subjectOf(app, profile, cores, variation, revision);
}
