// Which apps there are: each folder of apps/ with an app.json, and those that HEADROOM_APPS names (a path
// list of headroom.yaml files, or of folders with one or with an app.json). In the order of their ports.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import {
  type App,
  type AppFile,
  AppFileError,
  type Choices,
  type Marker,
  type ProfileName,
  partPorts,
  profileNames,
  takes,
} from './app';
import {
  appsDir,
  type Declared,
  foldersVariable,
  noOthers,
  type OwnWorkload,
  ownFolders,
  readDeclared,
} from './app-files';
import profilesFile from './profiles.json';
import sloFile from './slo.json';

/** A workload of a headroom.yaml, with the names of the apps that it is for. */
type AppsWorkload = OwnWorkload & { apps: string[] };

export function readApps(env: Readonly<Record<string, string | undefined>>): {
  apps: App[];
  workloads: AppsWorkload[];
} {
  const named = (env[foldersVariable] ?? '').split(delimiter).filter((entry) => entry !== '');
  const own = ownFolders();
  const wanted = named.includes(noOthers) ? own.filter((name) => named.includes(name)) : own;
  const further = named.filter((entry) => entry !== noOthers && !own.includes(entry));
  const read = [...wanted.map((name) => join(appsDir, name)), ...further].map(readDeclared);
  // A file may be named by itself and by its folder.
  const files = [...new Map(read.map((one) => [one.file, one])).values()];
  const found = files.flatMap(({ file, apps }) => apps.map((app) => ({ ...app, file })));
  found.sort((a, b) => portOf(a) - portOf(b));
  for (const [index, { name, file }] of found.entries()) {
    const other = found.slice(0, index).find((before) => before.name === name);
    if (other === undefined) continue;
    throw new AppFileError(
      `${file}: name is "${name}", as in ${other.file}. Give one of them another name.`,
    );
  }
  refuseSharedPorts(found);
  const apps: App[] = [];
  for (const app of found) apps.push(completed(app, apps, found));
  return { apps, workloads: workloadsIn(files) };
}

/**
 * One app as a file declares it.
 *
 * @param shared profiles that an app has without declaring them: of a revision, its own
 */
export function readApp(path: string, name: string, shared: SharedProfiles = profilesFile): App {
  const { file, apps } = readDeclared(path);
  const app = apps.find((one) => one.name === name);
  if (app === undefined) {
    const others = apps.map((one) => one.name).join(', ');
    throw new AppFileError(`${file} declares no app "${name}", but ${others}`);
  }
  return completed({ ...app, file }, [], [], shared);
}

/** contract/profiles.json, by name of profile and app. */
export type SharedProfiles = Partial<Record<ProfileName, Record<string, unknown>>>;

/** One that somebody else keeps up has its port in its URL. */
const portOf = ({ ports, url }: AppFile): number =>
  ports?.public ?? (Number(new URL(url ?? 'http://localhost').port) || 80);

type Found = AppFile & { file: string };

/** Colours and shapes for apps that have none, in this order. */
const looks: readonly [colour: string, marker: Marker][] = [
  ['#0072B2', 'circle'],
  ['#D55E00', 'diamond'],
  ['#009E73', 'triangle'],
  ['#CC79A7', 'hexagon'],
  ['#E69F00', 'circle'],
  ['#56B4E9', 'diamond'],
];

/** With what it leaves to the lab. */
function completed(
  app: Found,
  before: readonly App[],
  found: readonly Found[],
  shared: SharedProfiles = profilesFile,
): App {
  const taken = [...before, ...found].map(({ colour }) => colour);
  const [colour, marker] = looks.find(([one]) => !taken.includes(one)) ?? ['#999999', 'hexagon'];
  const { native, compose, kubernetes, url, ready, ports, metricsPath } = app;
  const words = native?.command.map((word) => word.replace(/^.*\//, '')).join(' ');
  const service = compose && `service ${compose.service} of ${compose.file}`;
  const deployment = kubernetes && `Deployment ${kubernetes.deployment}`;
  return {
    title: app.name.charAt(0).toUpperCase() + app.name.slice(1),
    colour,
    marker,
    server: words ?? service ?? deployment ?? url ?? '',
    ...app,
    ready: { path: app.serves.includes('micro') ? '/readyz' : '/', ...ready },
    ...(ports?.metrics !== undefined && { metricsPath: metricsPath ?? '/metrics' }),
    profiles: profilesOf(app, shared),
    folder: dirname(app.file),
  };
}

/** What the lab does not set is 0. */
const unset: Choices = { workersPerCore: 0, poolPerWorker: 0, keepAliveSeconds: 0 };

function profilesOf(app: Found, shared: SharedProfiles): Partial<Record<ProfileName, Choices>> {
  const profiles = { ...profilesIn(shared, app.name), ...app.profiles };
  if (profiles.default !== undefined) return profiles;
  const lacking = ['workers', 'threads', 'pool', 'keepAliveSeconds'].find((one) => takes(app, one));
  if (lacking === undefined) return { default: unset, ...profiles };
  throw new AppFileError(
    `${app.file}: ${app.name} uses {${lacking}}, but profiles.default does not say how many: add it, such as {workersPerCore: 1, poolPerWorker: 10, keepAliveSeconds: 75}.`,
  );
}

function profilesIn(shared: SharedProfiles, name: string): Partial<Record<ProfileName, Choices>> {
  return Object.fromEntries(
    profileNames.flatMap((profile) => {
      const choices = shared[profile]?.[name];
      return choices ? [[profile, choices]] : [];
    }),
  );
}

function refuseSharedPorts(found: readonly Found[]): void {
  const owners = new Map(
    Object.entries(partPorts).map(([part, port]) => [port, `${part} of the lab`]),
  );
  for (const { file, ports, kubernetes } of found) {
    // Those of a Service are its own.
    if (kubernetes) continue;
    for (const [kind, port] of Object.entries<number>(ports ?? {})) {
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

/** Two files may declare one workload, if it is the same: then their apps can be compared. */
function workloadsIn(files: readonly Declared[]): AppsWorkload[] {
  const found: AppsWorkload[] = [];
  for (const { file, apps, workloads } of files) {
    if (workloads.length === 0 && apps.some(({ serves }) => serves.length === 0)) {
      throw new AppFileError(
        `${file}: there is nothing to ask: name workloads, or the parts of the contract in serves.`,
      );
    }
    for (const workload of workloads) {
      const names = apps.map(({ name }) => name);
      const same = found.find(({ name }) => name === workload.name);
      if (Object.hasOwn(sloFile, workload.name)) {
        throw new AppFileError(
          `${file}: the lab has a workload "${workload.name}" of its own. Give yours another name.`,
        );
      }
      if (same === undefined) found.push({ ...workload, apps: names });
      else if (digestOf(same) === digestOf(workload)) same.apps.push(...names);
      else {
        throw new AppFileError(
          `${file}: workload "${workload.name}" is not that of ${same.file}: give both the same k6 file and SLO, or different names.`,
        );
      }
    }
  }
  return found;
}

const digestOf = ({ file, slo }: OwnWorkload): string =>
  createHash('sha256').update(JSON.stringify(slo)).update(readFileSync(file)).digest('hex');
