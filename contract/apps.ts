// The apps of this process, read once, and what is asked of them.
import { join, relative } from 'node:path';
import { z } from 'zod';
import { type App, type AppFile, AppFileError, type Part, parts, takes } from './app';
import { foldersVariable } from './app-files';
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
  throw new AppFileError(
    `There is no app "${name}": expected ${appNames.join(' or ')}. Another one needs its headroom.yaml in ${foldersVariable}.`,
  );
}

/** What charts and sentences call it; an app that has gone since has its name alone. */
export const appTitle = (name: string): string =>
  [...apps, reference].find((app) => app.name === name)?.title ?? name;

/** As a command names it: one of somebody's own by its file. */
export function notationOf(name: AppName): string {
  const file = apps.find((app) => app.name === name)?.file;
  if (!file?.endsWith('.yaml')) return name;
  const shown = relative(process.cwd(), file);
  const isOnly = apps.filter((app) => app.file === file).length === 1;
  return `${shown.startsWith('..') ? file : shown}${isOnly ? '' : `#${name}`}`;
}

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
