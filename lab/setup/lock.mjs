// One set-up at a time: a file that names its holder and the processes the holder has started.
// A launcher that was killed outright leaves both behind; the next one ends those processes
// (two `npm ci` in one folder destroy each other's work) and takes the lock over.

import { spawnSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;

/** When a process started, as the system words it, or undefined when it is gone. A pid alone is
 *  not enough: the system hands the number of a dead process to a new one. */
function startedAt(pid) {
  try {
    // proc(5): the name stands in parentheses and may hold spaces; after it, field 3 is the
    // state and field 22 the start time.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    if (process.platform === 'linux') return undefined;
    const ps = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return ps.stdout?.trim() || undefined;
  }
}

const describe = (pid) => ({ pid, startedAt: startedAt(pid) });
const isAlive = (seen) => seen.startedAt !== undefined && startedAt(seen.pid) === seen.startedAt;

/** Waits for the lock at `path`, telling `say` about it once, and returns its handle. */
export async function takeLock(path, say) {
  const mine = { ...describe(process.pid), children: [] };
  const draft = `${path}.${process.pid}`;
  const write = () => writeFileSync(draft, JSON.stringify(mine));
  for (let told = false; ; ) {
    // A link appears with its content at once, or not at all: nobody reads half a lock.
    let taken;
    try {
      write();
      taken = tryLink(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
    if (taken) break;
    const found = read(path);
    if (found === undefined) continue; // released since: try again
    if (!isAlive(found.holder)) {
      takeOver(path, found);
      continue;
    }
    if (!told) say(`another set-up is running here (pid ${found.holder.pid}); waiting for it`);
    told = true;
    await sleep(POLL_MS);
  }
  // Called where nothing catches. Only the next launcher reads the list, after this one was killed; without
  // room for it, the step that needs the room says so.
  const rewrite = () => {
    try {
      write();
      renameSync(draft, path);
    } catch {
      rmSync(draft, { force: true });
    }
  };
  return {
    childStarted(pid) {
      mine.children.push(describe(pid));
      rewrite();
    },
    childEnded(pid) {
      mine.children = mine.children.filter((child) => child.pid !== pid);
      rewrite();
    },
    release: () => rmSync(path, { force: true }),
  };
}

function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function read(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return { text, holder: JSON.parse(text) };
  } catch {
    return { text, holder: { children: [] } }; // not ours, or torn by a full disk: nobody's
  }
}

function takeOver(path, found) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return; // somebody else took it over
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== found.text) {
    tryLink(aside, path); // a new holder came between: give it back
  } else {
    for (const child of found.holder.children ?? [])
      if (isAlive(child)) endGroup(child.pid, 'SIGKILL');
  }
  rmSync(aside, { force: true });
}

/** Ends a process and all it started; every step runs as the leader of its own group. */
export function endGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
