// Brings a program of a release archive: `node download.mjs k6 FOLDER`. What the archive hashes to is
// checked against the checksum file of the same release, and against the pin where there is one.
// `node download.mjs --pin` records what the archives hash to, for a maintainer to look at and commit.
//
// A program of its own, for two reasons: it can be ended like any command of the set-up, and the Node
// that the lab brings honours proxies (NODE_USE_ENV_PROXY), which Node 20 does not.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import {
  checksumIn,
  readPins,
  releasedArchitectures,
  releasedPrograms,
  releaseOf,
  releaseSite,
  writePins,
} from './releases.mjs';
import { isDiskFull, saysDiskFull } from './run.mjs';

/** What this program ends with where there is nothing to be had, where it must not be used, and on a full disk. */
export const EXIT = { unavailable: 69, refused: 65, full: 74 };

/** Up to the first byte, and from one to the next: a server that is there answers sooner. */
const ANSWER_WITHIN_MS = 5_000;
/** The network may lose one download; it hardly loses two. */
const ATTEMPTS = 2;
/** Codes of a lost connection, of undici and of the system. Whoever never answered is not asked twice. */
const CUT_OFF = ['UND_ERR_SOCKET', 'ECONNRESET'];
const LARGEST_CHECKSUM_FILE = 1e6;

/** Nothing to be had here, for a reason that is no danger: another way may be tried. */
class Unavailable extends Error {}
class NoRoom extends Error {}
/** An archive that is not what its project published. */
class Refused extends Error {}

/** @returns the SHA-256 of what was written to `file`, in lower case */
async function fetchToFile(url, file) {
  const hash = createHash('sha256');
  const hashed = async function* (chunks) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(chunksOf(url), hashed, createWriteStream(file));
  return hash.digest('hex');
}

/** @returns the text of a file that is small */
async function fetchText(url) {
  let text = '';
  for await (const chunk of chunksOf(url)) {
    text += Buffer.from(chunk).toString('latin1');
    if (text.length > LARGEST_CHECKSUM_FILE) throw new Unavailable(`${url}: no checksum file`);
  }
  return text;
}

/** The body of a GET; whatever goes wrong on the way is Unavailable, with its cause. */
async function* chunksOf(url) {
  const patience = new AbortController();
  const lose = () => patience.abort(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`));
  let timer = setTimeout(lose, ANSWER_WITHIN_MS);
  try {
    const response = await fetch(url, { signal: patience.signal });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    for await (const chunk of response.body) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(lose, ANSWER_WITHIN_MS);
    }
  } catch (error) {
    throw new Unavailable(`${url}: ${error.cause?.message || error.message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Downloads an archive and checks it; one that must not be used is deleted. */
async function fetchArchive({ archive, archiveUrl, checksumsUrl }, folder, pins = readPins()) {
  const expected = checksumIn(await fetchText(checksumsUrl), archive);
  if (expected === undefined) throw new Unavailable(`${checksumsUrl} does not name ${archive}`);
  const file = join(folder, archive);
  const sha256 = await fetchToFile(archiveUrl, file);
  const pinned = pins[archive];
  const wanted = {
    [`the checksum file ${checksumsUrl}`]: expected,
    ...(pinned !== undefined && { 'lab/setup/pinned-downloads.json': pinned }),
  };
  for (const [source, sum] of Object.entries(wanted)) {
    if (sum === sha256) continue;
    rmSync(file);
    throw new Refused(
      `${archiveUrl} was refused and deleted: its SHA-256 is ${sha256}, and ${source} says ${sum}.\n` +
        'Somebody or something on the way may have changed it. Look at the mirror or proxy, if there is one; HEADROOM_RELEASES_URL=off builds from pinned sources instead.',
    );
  }
  return { file, sha256, checkedAgainst: Object.keys(wanted) };
}

async function bring(id, folder) {
  const site = releaseSite();
  const release = site && releaseOf(id, site);
  if (!release)
    throw new Unavailable('no release is asked for, or there is none for this processor');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  console.log(`Downloading ${release.archiveUrl}`);
  const { file, sha256, checkedAgainst } = await persistently(() => fetchArchive(release, folder));
  const members = release.programs.map((name) => `${release.folder}/${name}`);
  const { status, stderr } = spawnSync('tar', ['-xzf', file, '-C', folder, ...members], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0) {
    const why = `${file} cannot be unpacked: ${stderr ?? 'no tar'}`;
    // Built from source it would need more room still.
    throw saysDiskFull(why) ? new NoRoom(why) : new Unavailable(why);
  }
  for (const name of release.programs) {
    renameSync(join(folder, release.folder, name), join(folder, name));
  }
  rmSync(join(folder, release.folder), { recursive: true });
  rmSync(file);
  const record = { url: release.archiveUrl, sha256, checkedAgainst };
  writeFileSync(join(folder, 'source.json'), `${JSON.stringify(record, null, 2)}\n`);
}

/** Downloads every archive, and writes down the SHA-256 of each that is what its project published. */
async function pin() {
  const site = releaseSite();
  if (site === undefined) throw new Unavailable('HEADROOM_RELEASES_URL is off: unset it to pin.');
  const folder = mkdtempSync(join(tmpdir(), 'headroom-pins-'));
  const pins = {};
  try {
    for (const id of releasedPrograms) {
      for (const architecture of releasedArchitectures) {
        const release = releaseOf(id, site, architecture);
        const { file, sha256 } = await fetchArchive(release, folder, {});
        pins[release.archive] = sha256;
        console.log(`${sha256}  ${release.archiveUrl}`);
        rmSync(file);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  writePins(pins);
}

/** The code is that of an inner cause: fetch wraps it. */
function isCutOff(error) {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (CUT_OFF.includes(one.code)) return true;
  }
  return false;
}

async function persistently(attempt) {
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !(error instanceof Unavailable && isCutOff(error))) throw error;
      console.log(`${error.message}; trying again`);
    }
  }
}

async function main() {
  const [, , id, folder] = process.argv;
  let exitCode = 0;
  try {
    await (id === '--pin' ? pin() : bring(id, folder));
  } catch (error) {
    if (folder) rmSync(folder, { recursive: true, force: true });
    const isFull = error instanceof NoRoom || isDiskFull(error);
    if (!(error instanceof Unavailable || error instanceof Refused || isFull)) throw error;
    console.error(error.message);
    if (isFull) exitCode = EXIT.full;
    else exitCode = error instanceof Refused ? EXIT.refused : EXIT.unavailable;
  }
  // A proxy that never answers would keep this process waiting for it.
  process.exit(exitCode);
}

// Nothing is awaited at the top: the lab itself reads this file, by `require`.
if (process.argv[1] === fileURLToPath(import.meta.url)) void main();
