// The apps: each folder of apps/ with an app.json, and each that HEADROOM_APPS names (a path list). In
// the order of their ports.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';
import {
  type App,
  AppFileError,
  appSchema,
  type Choices,
  type Part,
  type ProfileName,
  partPorts,
  parts,
  profileNames,
} from './app';
import { type Names, namesFrom } from './names';
import profilesFile from './profiles.json';

const appsDir = join(__dirname, '../apps');
const foldersVariable = 'HEADROOM_APPS';

/** One of `appNames`; which there are is known at run time alone. */
export type AppName = string;

export const apps: readonly App[] = readApps(process.env);
export const appNames: readonly AppName[] = apps.map(({ name }) => name);

/** As a run's record has it: a run of an app that has gone since can still be shown. */
export const appNameSchema = z.string().regex(/^[a-z]+$/);

export function appNamed(name: AppName): App {
  const app = apps.find((one) => one.name === name);
  if (app) return app;
  throw new AppFileError(
    `There is no app "${name}": expected ${appNames.join(' or ')}. Another one needs its folder in ${foldersVariable}.`,
  );
}

/** What charts and sentences call it; an app that has gone since has its name alone. */
export const appTitle = (name: string): string =>
  apps.find((app) => app.name === name)?.title ?? name;

export const namesOf = (name: AppName): Names => namesFrom(appNamed(name).names);

/** Whether its workers answer by threads, whose number it is given. */
export const hasThreads = (name: AppName): boolean =>
  Object.values(appNamed(name).environment).some((value) => value.includes('{threads}'));

/** As a plan says it (contract/plan.ts). */
export const planParts = ({ serves }: Pick<App, 'serves'>): { serves?: Part[] } =>
  parts.every((part) => serves.includes(part)) ? {} : { serves };

export const serves = (name: AppName, part: Part): boolean => appNamed(name).serves.includes(part);

export function readApps(env: Readonly<Record<string, string | undefined>>): App[] {
  const own = readdirSync(appsDir)
    .map((name) => join(appsDir, name))
    .filter((folder) => existsSync(join(folder, 'app.json')));
  const further = (env[foldersVariable] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = [...own, ...further.map((folder) => resolve(folder))].map((folder) =>
    readApp(folder),
  );
  found.sort((a, b) => a.ports.public - b.ports.public);
  for (const [index, { name, folder }] of found.entries()) {
    const other = found.slice(0, index).find((before) => before.name === name);
    if (other === undefined) continue;
    throw new AppFileError(
      `${folder}/app.json: name is "${name}", as in ${other.folder}/app.json. Give one of them another name.`,
    );
  }
  refuseSharedPorts(found);
  return found;
}

function refuseSharedPorts(found: readonly App[]): void {
  const owners = new Map(
    Object.entries(partPorts).map(([part, port]) => [port, `${part} of the lab`]),
  );
  for (const { folder, ports } of found) {
    for (const [kind, port] of Object.entries(ports)) {
      const file = `${folder}/app.json`;
      const owner = owners.get(port);
      if (owner !== undefined) {
        throw new AppFileError(
          `${file}: ports.${kind} is ${port}, which ${owner} has. Give it another port.`,
        );
      }
      owners.set(port, `ports.${kind} in ${file}`);
    }
  }
}

/** @param shared profiles that an app has without declaring them: of a revision, its own */
export function readApp(folder: string, shared: SharedProfiles = profilesFile): App {
  const file = join(folder, 'app.json');
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new AppFileError(
      `${file} cannot be read (${(error as Error).message}). ${foldersVariable} names folders that hold an app.json.`,
    );
  }
  const { data, error } = appSchema.safeParse(value);
  if (data)
    return { ...data, profiles: { ...profilesOf(data.name, shared), ...data.profiles }, folder };
  throw new AppFileError(`${file} is not right:\n${z.prettifyError(error)}`);
}

/** contract/profiles.json, by name of profile and app. */
export type SharedProfiles = Partial<Record<ProfileName, Record<string, unknown>>>;

function profilesOf(name: AppName, shared: SharedProfiles): Partial<Record<ProfileName, Choices>> {
  return Object.fromEntries(
    profileNames.flatMap((profile) => {
      const choices = shared[profile]?.[name];
      return choices ? [[profile, choices]] : [];
    }),
  );
}
