// A subject as its Deployment is told of it: replicas, variables and a CPU limit. What else the manifest says
// stays as it is.
import { appNamed } from '../../../contract/apps';
import type { Subject } from '../subject';
import type { Change } from './cluster';
import type { Container, Deployment } from './workload';

/** What a subject decides of its app's environment (`environment` in its app.json). */
const decided = ['workers', 'threads', 'pool', 'keepAliveSeconds'] as const;

function variablesOf(subject: Subject): Record<string, string> {
  const { environment, settings } = appNamed(subject.app);
  const ofSubject = decided.flatMap((setting) =>
    Object.entries(environment)
      .filter(([, text]) => text === `{${setting}}`)
      .map(([name]): [string, string] => [name, String(subject[setting])]),
  );
  return { ...Object.fromEntries(ofSubject), ...settings, ...subject.settings };
}

/** What a Deployment had before the lab changed it. */
export type Original = { replicas: number } & Required<Pick<Container, 'env' | 'resources'>>;

/** What it had, there while a lab has changed the Deployment: one that was killed has put nothing back. */
const mark = 'headroom/original';
const markPath = `/metadata/annotations/${mark.replace('/', '~1')}`;

/** As it is, or as it was before a lab changed it that was killed. */
export function originalOf(deployment: Deployment): Original {
  const { metadata, spec } = deployment;
  const kept = metadata.annotations?.[mark];
  if (kept !== undefined) return JSON.parse(kept);
  const { env = [], resources = {} } = spec.template.spec.containers[indexIn(deployment)] ?? {};
  return { replicas: spec.replicas ?? 1, env, resources };
}

/** In one change with the first: whoever is killed between two would leave nothing to go by. */
function marked({ metadata }: Deployment, original: Original): Change[] {
  const { annotations } = metadata;
  if (annotations?.[mark] !== undefined) return [];
  return [
    ...(annotations === undefined
      ? [{ op: 'add', path: '/metadata/annotations', value: {} } as const]
      : []),
    { op: 'add', path: markPath, value: JSON.stringify(original) },
  ];
}

/** Of the app's container: the one with the Deployment's name, or the first. */
function indexIn({ metadata, spec }: Deployment): number {
  const named = spec.template.spec.containers.findIndex(({ name }) => name === metadata.name);
  return Math.max(0, named);
}

/** Cores that a container may use; undefined where nothing limits it. */
export const limitOf = ({ resources }: Pick<Container, 'resources'>): number | undefined =>
  coresIn(resources?.limits?.cpu);

function coresIn(quantity: string | undefined): number | undefined {
  if (quantity === undefined) return undefined;
  return quantity.endsWith('m') ? Number.parseInt(quantity, 10) / 1000 : Number(quantity);
}

/** To start a subject where nothing of the app runs. */
export function changesFor(subject: Subject, deployment: Deployment, original: Original): Change[] {
  const variables = variablesOf(subject);
  const env = [
    ...original.env.filter(({ name }) => variables[name] === undefined),
    ...Object.entries(variables).map(([name, value]) => ({ name, value })),
  ];
  const resources = limitedTo(subject.cpus, original.resources);
  return [
    ...marked(deployment, original),
    ...changesTo(deployment, { replicas: subject.replicas, env, resources }),
  ];
}

/** To have nothing of the app run. */
export const changesToStop = (deployment: Deployment, original: Original): Change[] => [
  ...marked(deployment, original),
  { op: 'add', path: '/spec/replicas', value: 0 },
];

/** To have it as it was. */
export const changesBack = (deployment: Deployment, original: Original): Change[] => [
  ...(deployment.metadata.annotations?.[mark] === undefined
    ? []
    : [{ op: 'remove', path: markPath } as const]),
  ...changesTo(deployment, original),
];

function changesTo(deployment: Deployment, { replicas, env, resources }: Original): Change[] {
  const container = `/spec/template/spec/containers/${indexIn(deployment)}`;
  return [
    { op: 'add', path: `${container}/env`, value: env },
    { op: 'add', path: `${container}/resources`, value: resources },
    { op: 'add', path: '/spec/replicas', value: replicas },
  ];
}

/** No pod may ask for more than it is limited to. */
function limitedTo(cpus: number | undefined, resources: Original['resources']) {
  if (cpus === undefined) return resources;
  const cpu = `${Math.round(cpus * 1000)}m`;
  const { limits, requests } = resources;
  const isTooMuch = (coresIn(requests?.cpu) ?? 0) > cpus;
  return {
    ...resources,
    limits: { ...limits, cpu },
    ...(isTooMuch && { requests: { ...requests, cpu } }),
  };
}
