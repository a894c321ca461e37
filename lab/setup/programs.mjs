// The programs of other projects in .lab/bin, k6 and Prometheus: where each comes from, and how.
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from './download.mjs';
import { find, fitting, goProblem, identityOf, versions } from './machine.mjs';
import { releaseOf, releaseSite } from './releases.mjs';
import { diskProblem, EnvironmentError, freeBytesOf } from './run.mjs';

export const NETWORK_REMEDY =
  'Most often it is the network: check it and any proxy, then run this again.';

/** Measured for both builds: 0.2 GB in .lab and 2.6 GB of Go's caches, mostly on the same disk. */
const GO_BUILD_DISK_BYTES = 1.4e9;
/** An archive beside what is in it; Prometheus is the larger one. */
const RELEASE_DISK_BYTES = 0.5e9;

export const k6 = {
  id: 'k6',
  label: `k6 ${versions.k6}`,
  version: versions.k6,
  names: ['k6'],
  packages: ['go.k6.io/k6/v2'],
  flags: ['-ldflags', '-s -w'],
};

export const prometheus = {
  id: 'prometheus',
  label: `Prometheus ${versions.prometheus}`,
  version: versions.prometheus,
  names: ['prometheus', 'promtool'],
  packages: ['prometheus', 'promtool'].map((x) => `github.com/prometheus/prometheus/cmd/${x}`),
  flags: [
    '-tags',
    // Of the service discoveries only DNS, which finds the containers of docker-compose.yml.
    'netgo,remove_all_sd,enable_dns_sd',
    '-ldflags',
    `-s -w -X github.com/prometheus/common/version.Version=${versions.prometheus}.0`,
  ],
};

/**
 * A program of another project, in .lab/bin: the PATH's when its version fits; else that of its release,
 * checked against its checksum; else built there from pinned Go modules.
 */
export function programStep(places, program) {
  const { root, lab, bin, platform, nodeBinary, hashes } = places;
  const { id, label, version, names, flags } = program;
  let found; // asked once: each program has to be run to tell its version
  const onPath = () => {
    if (found === undefined) found = fitting(names, version, lab) ?? null;
    return found;
  };
  const hasRelease = releaseSite() !== undefined && releaseOf(id, '') !== undefined;
  const go = () => goProblem(label, lab);
  return {
    label,
    needs: ['node'],
    diskBytes: () => (onPath() ? 0 : hasRelease ? RELEASE_DISK_BYTES : GO_BUILD_DISK_BYTES),
    products: names.map((name) => join(bin, name)),
    inputs: () => ({
      platform,
      flags: flags.join(' '),
      // With the pins: what was downloaded before one was recorded is downloaded and checked again.
      ...hashes(`tools/${id}/go.mod`, `tools/${id}/go.sum`, 'lab/setup/pinned-downloads.json'),
      ...Object.fromEntries(names.map((name) => [name, identityOf(find(name, lab))])),
    }),
    missing: () => (onPath() || hasRelease ? undefined : go()),
    hint: () => (onPath() ? undefined : hasRelease ? 'downloading' : `building from tools/${id}`),
    async run(exec, tell) {
      if (onPath()) {
        for (const name of names) link(onPath()[name], join(bin, name));
        return 'from the PATH';
      }
      const from = join(lab, id);
      if (hasRelease && (await download(exec, nodeBinary, program, from))) {
        for (const name of names) link(join(from, name), join(bin, name));
        return 'downloaded, as its project released it';
      }
      // That of the release was what set-up asked for.
      const problem = go() ?? diskProblem(freeBytesOf(root), GO_BUILD_DISK_BYTES, root);
      if (problem) throw new EnvironmentError(noWayTo(program, lab, problem));
      tell(`${hasRelease ? 'no download; ' : ''}building from tools/${id}`);
      await buildWithGo(exec, places, program);
      return `built from tools/${id}`;
    },
    remedy: `${NETWORK_REMEDY} Or put ${label} on the PATH.`,
  };
}

/** @returns whether there was a release to be had; throws where it is not what it should be */
async function download(exec, nodeBinary, { id }, folder) {
  try {
    const program = fileURLToPath(new URL('download.mjs', import.meta.url));
    await exec(nodeBinary, [program, id, folder], { env: { NODE_USE_ENV_PROXY: '1' } });
    return true;
  } catch (error) {
    if (error.exitCode === EXIT.unavailable) return false;
    throw error;
  }
}

const noWayTo = ({ id, label }, lab, problem) =>
  `${label} could not be downloaded (${join(lab, 'logs', `${id}.log`)} says why).\n${problem}`;

async function buildWithGo(exec, { lab, at, bin }, { id, names, packages, flags }) {
  const out = join(lab, `${id}-build`);
  const temporary = join(out, 'tmp'); // ours to clear up when a build is interrupted
  rmSync(out, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const small = ['-trimpath', '-buildvcs=false', '-gcflags=all=-dwarf=false'];
  await exec('go', ['build', ...small, ...flags, '-o', `${out}/`, ...packages], {
    cwd: at('tools', id),
    env: { CGO_ENABLED: '0', GOWORK: 'off', GOTMPDIR: temporary },
  });
  for (const name of names) {
    rmSync(join(bin, name), { force: true });
    renameSync(join(out, name), join(bin, name));
  }
  rmSync(out, { recursive: true });
}

export function link(target, path) {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
