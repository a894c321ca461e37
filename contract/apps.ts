// The apps of this process, read once, and what is asked of them.
import { join, relative } from 'node:path';
import { z } from 'zod';
import { type App, type AppFile, AppFileError, type Part, parts, takes } from './app';
import { foldersVariable, noOthers, ownFolders } from './app-files';
import { type Names, namesFrom } from './names';
import { readApp, readApps } from './read-apps';

/** One of `appNames`; which there are is known at run time alone. */
export type AppName = string;

const declared = readApps(process.env);
export const apps: readonly App[] = declared.apps;
export const appNames: readonly AppName[] = apps.map(({ name }) => name);

/** What nights measure an app against where no revision of it can be built: no command has it to choose. */
export const reference: App = readApp(join(__dirname, 'reference/app.json'), 'reference');

/** Those that somebody brings; the lab's own are in contract/slo.json. */
export const ownWorkload = (name: string) =>
  declared.workloads.find((workload) => workload.name === name);
export const ownWorkloadNames: readonly string[] = declared.workloads.map(({ name }) => name);

/** As a run's record has it: a run of an app that has gone since can still be shown. */
export const appNameSchema = z.string().regex(/^[a-z][a-z0-9]*$/);

export function appNamed(name: AppName): App {
  const app = [...apps, reference].find((one) => one.name === name);
  if (app) return app;
  const known = remembered.get(name)?.notation.replace(/#[a-z0-9]+$/, '');
  throw new AppFileError(
    `There is no app "${name}": expected ${appNames.join(' or ')}. Another one needs its headroom.yaml in ${foldersVariable}${known ? `, such as ${foldersVariable}='${noOthers}:${known}'` : ''}.`,
  );
}

/** Those named, each once; all, where none is. */
export const namedApps = (names: readonly string[]): readonly AppName[] =>
  names.length === 0 ? appNames : [...new Set(names.map((name) => appNamed(name).name))];

/** What a run keeps of an app that is not the clone's own: it is shown as it was, wherever its file is now. */
type ShownApp = Pick<App, 'name' | 'title' | 'colour' | 'marker'> & {
  notation: string;
  /** Whether the lab started it, on cores that it chose. */
  placed: boolean;
};

/** Those of runs that this process has read. */
const remembered = new Map<string, ShownApp>();

export function rememberApps(shown: readonly ShownApp[]): void {
  for (const app of shown) remembered.set(app.name, app);
}

/** Undefined of an app that has gone since, and of which no run says more than the name. */
export const shownApp = (name: string): Pick<ShownApp, 'title' | 'colour' | 'marker'> | undefined =>
  [...apps, reference].find((app) => app.name === name) ?? remembered.get(name);

/** What charts and sentences call it. */
export const appTitle = (name: string): string => shownApp(name)?.title ?? name;

/** Whether it is one of apps/. */
export const isOwnApp = (name: string): boolean => ownFolders().includes(name);

const isOwn = (file: string): boolean => !file.endsWith('.yaml');
const clone = join(__dirname, '..');

/** As a command that is typed in the clone names it: one of somebody's own by its file. */
export function notationOf(name: AppName): string {
  const file = apps.find((app) => app.name === name)?.file;
  if (file === undefined) return remembered.get(name)?.notation ?? name;
  if (isOwn(file)) return name;
  const shown = relative(clone, file);
  const isOnly = apps.filter((app) => app.file === file).length === 1;
  return `${shown.startsWith('..') ? file : shown}${isOnly ? '' : `#${name}`}`;
}

/** Of these apps, those that a run has to keep something of. */
export const shownOf = (names: readonly AppName[]): ShownApp[] =>
  apps
    .filter(({ name, file }) => names.includes(name) && !isOwn(file))
    .map(({ name, title, colour, marker, native }) => {
      const placed = native !== undefined;
      return { name, title, colour, marker, notation: notationOf(name), placed };
    });

export const namesOf = (name: AppName): Names => namesFrom(appNamed(name).names);

/** Whether its workers answer by threads, whose number it is given. */
export const hasThreads = (name: AppName): boolean => takes(appNamed(name), 'threads');

/** Whether it gets a database of the lab's. */
export const usesDatabase = (name: AppName): boolean => takes(appNamed(name), 'databaseUrl');

/** Whether it has a page in Prometheus's format. */
export const hasMetricsPage = ({ metricsPath, ports }: AppFile): boolean =>
  metricsPath !== undefined || ports?.metrics !== undefined;

/** As a plan says it (contract/plan.ts). */
export const planParts = ({ serves }: Pick<App, 'serves'>): { serves?: Part[] } =>
  parts.every((part) => serves.includes(part)) ? {} : { serves };

export const serves = (name: AppName, part: Part): boolean => appNamed(name).serves.includes(part);
