// The release archives of k6 and Prometheus: where they are, and what they must hash to.

import { readFileSync, writeFileSync } from 'node:fs';
import { versions } from './machine.mjs';

/** Where the archives are served from; a mirror keeps the same paths below it. */
const PUBLIC_SITE = 'https://github.com';
const PINS = new URL('pinned-downloads.json', import.meta.url);

/** Node's names of processors, as the releases spell them. */
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
export const releasedArchitectures = Object.values(ARCHITECTURES);
export const releasedPrograms = ['k6', 'prometheus'];

/** HEADROOM_RELEASES_URL: the address of a mirror, or `off`; undefined means that none is asked. */
export function releaseSite(env = process.env) {
  const site = env.HEADROOM_RELEASES_URL || PUBLIC_SITE;
  return site === 'off' ? undefined : site.replace(/\/+$/, '');
}

/**
 * One program's release for Linux: {archive, folder, programs, archiveUrl, checksumsUrl}; undefined
 * where the project releases none for the processor. `folder` is the one inside the archive.
 */
export function releaseOf(id, site, architecture = ARCHITECTURES[process.arch]) {
  if (architecture === undefined) return undefined;
  const version = `${versions[id]}.0`;
  const { repository, folder, checksums, programs } = {
    k6: {
      repository: 'grafana/k6',
      folder: `k6-v${version}-linux-${architecture}`,
      checksums: `k6-v${version}-checksums.txt`,
      programs: ['k6'],
    },
    prometheus: {
      repository: 'prometheus/prometheus',
      folder: `prometheus-${version}.linux-${architecture}`,
      checksums: 'sha256sums.txt',
      programs: ['prometheus', 'promtool'],
    },
  }[id];
  const release = `${site}/${repository}/releases/download/v${version}`;
  const archive = `${folder}.tar.gz`;
  return {
    ...{ archive, folder, programs },
    archiveUrl: `${release}/${archive}`,
    checksumsUrl: `${release}/${checksums}`,
  };
}

/** SHA-256 by archive, where a maintainer recorded it: `npm run lab -- doctor --pin-downloads`. */
export const readPins = () => JSON.parse(readFileSync(PINS, 'utf8'));
export const writePins = (pins) => writeFileSync(PINS, `${JSON.stringify(pins, null, 2)}\n`);

/** The SHA-256 that a release's checksum file has for an archive, in lower case; or undefined. */
export function checksumIn(text, archive) {
  const fields = text.split('\n').map((line) => line.trim().split(/\s+\*?/));
  const [sum] = fields.find(([, name]) => name === archive) ?? [];
  return /^[0-9a-f]{64}$/i.test(sum ?? '') ? sum.toLowerCase() : undefined;
}
