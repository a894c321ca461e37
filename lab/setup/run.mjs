// Runs the set-up steps that are not done yet: side by side, each with a stamp, a log and a remedy.
//
// A step is {id, label, needs: [id], inputs(): {name: text}, products: [path], diskBytes?(),
// missing?(): problem, hint?(): text, run(exec, tell): note, remedy}. It is done when .lab/stamps/<id>
// holds the hash of its inputs and its products exist. The stamp is written last, so that a set-up
// which was interrupted or killed is simply run again.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { endGroup, takeLock } from './lock.mjs';
import { openScreen } from './screen.mjs';

const LOG_TAIL_LINES = 15;
const GRACE_MS = 2000;
const DISK_FULL_REMEDY = 'The disk is full: free some space, then run this again.';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Something of this machine that has to change before the lab can run: exit code 5. */
export class EnvironmentError extends Error {}
/** Ctrl-C and its kin: exit code 130. */
export class Interrupted extends Error {}
/** `exitCode` is undefined where the command did not start, or was ended by a signal. */
class CommandFailed extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Of a write, whose error names no path; and as programs print them, in English. */
const FULL_DISK_CODES = ['ENOSPC', 'EDQUOT'];
const FULL_DISK_TEXT = /no space left on device|disk quota exceeded|\bENOSPC\b|\bEDQUOT\b/i;
export const isDiskFull = ({ code }) => FULL_DISK_CODES.includes(code);
export const saysDiskFull = (text) => FULL_DISK_TEXT.test(text);

/** What the system refuses is of the set-up's folder: another user's, read-only, or full. */
export function refusalOf(error, lab) {
  const isRefused = error.path && !error.syscall?.startsWith('spawn');
  if (!isRefused && !isDiskFull(error)) return undefined;
  return new EnvironmentError(
    `Set-up cannot work in ${lab}: ${error.message}.\n` +
      '  Use a clone of your own, on a disk that can be written and is not full.',
  );
}

/** The hash that a step's stamp must hold; the order of the inputs does not matter. */
export function stampOf(inputs) {
  const sorted = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

export function diskProblem(freeBytes, neededBytes, folder) {
  if (freeBytes >= neededBytes) return undefined;
  const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(1)} GB`;
  return (
    `The disk of ${folder} has ${gigabytes(freeBytes)} free; set-up needs ` +
    `${gigabytes(neededBytes)}.\n  Free some space, or clone the project onto a larger disk.`
  );
}

export function freeBytesOf(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

export const neededBytesOf = (steps) =>
  steps.reduce((sum, step) => sum + (step.diskBytes?.() ?? 0), 0);

const stampPathIn = (lab, { id }) => join(lab, 'stamps', id);

/** Those of `steps` that are not done. */
export const pendingOf = (steps, lab) =>
  steps.filter((step) => {
    const path = stampPathIn(lab, step);
    const isDone =
      existsSync(path) &&
      readFileSync(path, 'utf8') === stampOf(step.inputs()) &&
      step.products.every((product) => existsSync(product));
    return !isDone;
  });

/** Does what is not done of `steps`; `env` is what their commands get. */
export async function setUp(steps, { root, lab, env }) {
  if (pendingOf(steps, lab).length === 0) return;

  for (const folder of ['bin', 'logs', 'stamps']) mkdirSync(join(lab, folder), { recursive: true });
  const screen = openScreen();
  let lock;
  const commands = { running: new Set(), stopReason: undefined };
  const stop = (reason) => {
    commands.stopReason ??= reason;
    for (const command of commands.running) command.stop();
  };
  const onSignal = () => stop(new Interrupted('Set-up interrupted. Run it again to continue.'));
  try {
    lock = await takeLock(join(lab, 'setup.lock'), screen.say);
    for (const signal of SIGNALS) process.on(signal, onSignal);
    const pending = pendingOf(steps, lab); // another launcher may have done some
    if (pending.length) {
      checkMachine(pending, root);
      screen.say(
        `Setting up, once, in ${relative(process.cwd(), lab)} (logs: ${relative(process.cwd(), join(lab, 'logs'))})`,
      );
    }
    const outcomes = new Map();
    for (const step of pending) {
      const log = join(lab, 'logs', `${step.id}.log`);
      const outcome = runStep(step, {
        log,
        stampPath: stampPathIn(lab, step),
        show: screen.add(step.label, step.hint?.()),
        exec: startIn({ log, root, env, lock, commands }),
        needed: step.needs.map((id) => outcomes.get(id)), // undefined when it was done before
      });
      outcome.catch(stop); // one failure ends the others: why let two minutes pass before it is told
      outcomes.set(step.id, outcome);
    }
    await Promise.allSettled(outcomes.values());
    if (commands.stopReason) throw commands.stopReason;
  } finally {
    screen.close();
    lock?.release();
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/** Names every missing tool at once: nobody should find the second after installing the first. */
function checkMachine(pending, root) {
  const problems = [
    diskProblem(freeBytesOf(root), neededBytesOf(pending), root),
    ...pending.map((step) => step.missing?.()),
  ].filter(Boolean);
  if (problems.length) throw new EnvironmentError([...new Set(problems)].join('\n'));
}

async function runStep(step, { log, stampPath, show, exec, needed }) {
  await Promise.all(needed);
  const stamp = stampOf(step.inputs()); // taken first: a source edited meanwhile runs it again
  rmSync(stampPath, { force: true });
  writeFileSync(log, '');
  show('running');
  try {
    const note = await step.run(exec, (text) => show('running', text));
    writeFileSync(`${stampPath}.part`, stamp);
    renameSync(`${stampPath}.part`, stampPath);
    show('done', note);
  } catch (error) {
    show('failed', error instanceof Interrupted ? 'stopped' : `see ${log}`);
    if (!(error instanceof CommandFailed)) throw error;
    const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES);
    throw new EnvironmentError(
      `Set-up of ${step.label} failed: ${error.message}. The end of ${log}:\n` +
        `${tail.map((line) => `  | ${line}`).join('\n')}\n  ${saysDiskFull(tail.join('\n')) ? DISK_FULL_REMEDY : step.remedy}`,
    );
  }
}

/** A function that runs one command, all it prints going to the step's log. Each command leads a
 *  process group of its own, so that it can be ended with everything it has started. */
function startIn({ log, root, env, lock, commands }) {
  return (command, args, options = {}) =>
    new Promise((resolve, reject) => {
      if (commands.stopReason) return reject(new Interrupted());
      const out = openSync(log, 'a');
      writeFileSync(out, `$ ${[command, ...args].join(' ')}\n`);
      const child = spawn(command, args, {
        cwd: options.cwd ?? root,
        env: { ...env, ...options.env },
        stdio: ['ignore', out, out],
        detached: true,
      });
      closeSync(out);
      let killer;
      const entry = {
        stop() {
          endGroup(child.pid, 'SIGINT'); // pip clears up after itself at this one
          killer ??= setTimeout(() => endGroup(child.pid, 'SIGKILL'), GRACE_MS);
        },
      };
      child.once('error', (error) => reject(new CommandFailed(error.message)));
      child.once('spawn', () => {
        commands.running.add(entry);
        lock.childStarted(child.pid);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(killer);
        commands.running.delete(entry);
        lock.childEnded(child.pid);
        if (commands.stopReason) {
          endGroup(child.pid, 'SIGKILL'); // those of its group that outlived it
          return reject(new Interrupted());
        }
        if (code === 0) return resolve();
        reject(
          new CommandFailed(
            `${command} ended with ${signal ?? `exit code ${code}`}`,
            code ?? undefined,
          ),
        );
      });
    });
}
