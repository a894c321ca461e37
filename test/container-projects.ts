// Names of the compose projects that tests make, and the removal of what they leave. Testcontainers'
// own cleaner, Ryuk, is an image that cannot be had everywhere, and what compose starts does not
// carry its label. So the name of a project says which process it belongs to, everything in it
// carries compose's label, and each start removes the projects whose process is dead.
import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { getContainerRuntimeClient } from 'testcontainers';
import { identify, isAlive, type ProcessIdentity } from '../lab/proc';

process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';

export const projectLabel = 'com.docker.compose.project';
const prefix = 'headroom-test';

/** Owner of the projects that several test files share: vitest's main process (container-setup.ts). */
const ownerVariable = 'CONTAINER_TESTS_OWNER';

/** A pid says something on one machine only, and in one container of it. */
const machine = createHash('sha256')
  .update(`${hostname()} ${readlinkSync('/proc/self/ns/pid')}`)
  .digest('hex')
  .slice(0, 6);

const encode = ({ pid, startTicks }: ProcessIdentity) =>
  `${machine}-${pid.toString(36)}-${startTicks.toString(36)}`;

function ownTag(): string {
  const self = identify(process.pid);
  if (self === undefined) throw new Error('/proc does not show this process');
  return encode(self);
}

/** From now on this process owns what its children start. */
export function ownProjects(): void {
  process.env[ownerVariable] = ownTag();
}

/** @param name lower case; one project for each */
export const projectNamed = (name: string): string =>
  `${prefix}-${process.env[ownerVariable] ?? ownTag()}-${name}`;

/** Of a test process of this machine that has ended without removing it. */
export function isLeftover(project: string): boolean {
  const [, madeOn, pid, startTicks] = /^headroom-test-(\w+)-(\w+)-(\w+)-/.exec(project) ?? [];
  if (madeOn !== machine || pid === undefined || startTicks === undefined) return false;
  return !isAlive({ pid: Number.parseInt(pid, 36), startTicks: Number.parseInt(startTicks, 36) });
}

/** The engine, as testcontainers finds it. */
export async function engine(): Promise<Docker> {
  return (await getContainerRuntimeClient()).container.dockerode;
}

/** Removes what dead test processes left: containers, networks, volumes, images, folders. */
export async function removeLeftovers(): Promise<void> {
  await removeProjects(isLeftover);
  for (const name of readdirSync(tmpdir()).filter(isLeftover)) {
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** Removes whatever carries the label of such a project. */
export async function removeProjects(isOurs: (project: string) => boolean): Promise<void> {
  const docker = await engine();
  const filters = { label: [projectLabel] };
  const ours = <T extends { Labels?: Record<string, string> | null | undefined }>(all: T[]) =>
    all.filter(({ Labels }) => isOurs(Labels?.[projectLabel] ?? ''));

  const containers = ours(await docker.listContainers({ all: true, filters }));
  await each(containers, ({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }));
  const networks = ours(await docker.listNetworks({ filters }));
  await each(networks, ({ Id }) => docker.getNetwork(Id).remove());
  const { Volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
  await each(ours(Volumes ?? []), ({ Name }) => docker.getVolume(Name).remove());
  const images = ours(await docker.listImages({ filters: JSON.stringify(filters) }));
  await each(images, ({ Id }) => docker.getImage(Id).remove({ force: true }));
}

/**
 * Another start may be removing the same. What is gone (404) or going (409) needs no second removal;
 * a network whose containers are still going (403) is left to the other.
 */
async function each<T>(all: T[], remove: (one: T) => Promise<unknown>): Promise<void> {
  const answers = await Promise.allSettled(all.map(remove));
  for (const answer of answers) {
    if (answer.status === 'fulfilled') continue;
    if (![403, 404, 409].includes(answer.reason.statusCode)) throw answer.reason;
  }
}
