// The verbs about the lab that is up here: `lab status` says what it does and where to look, `lab down`
// ends it in order.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { appNames } from '../../contract/apps';
import { printResult } from '../cli/options';
import { environmentError } from '../errors';
import { stateDir } from '../paths';
import { isAlive } from '../proc';
import { runningLab } from '../runtime/native/processes';
import { ports } from '../runtime/ports';

/** Longer than its slowest part may take. */
const graceSeconds = 45;
const pollMs = 100;

export function register(program: Command): void {
  program
    .command('status')
    .description('say whether a lab is up here, and where to look')
    .option('--json', 'print it as JSON')
    .action((options: { json?: boolean }) => printResult(options, statusOf(), renderStatus));
  program
    .command('down')
    .description('end the lab that is up here; a run in progress stays as partial')
    .action(down);
}

export const statusSchema = z.strictObject({
  up: z.literal(true),
  pid: z.number(),
  verb: z.string(),
  children: z.array(
    z.strictObject({
      name: z.string(),
      pid: z.number(),
    }),
  ),
  urls: z.record(z.string(), z.string()),
});
export type Status = z.infer<typeof statusSchema>;

function statusOf(): { up: false } | Status {
  const lab = runningLab(stateDir);
  if (lab === undefined) return { up: false };
  const children = lab.children.map(({ name, pid }) => ({ name, pid }));
  const served = [...appNames, 'prometheus'].filter((part) =>
    children.some(({ name }) => name === part),
  );
  return {
    up: true,
    pid: lab.owner.pid,
    verb: lab.verb,
    children,
    urls: Object.fromEntries(
      ['live', ...served].map((part) => [part, `http://127.0.0.1:${ports[part]}`]),
    ),
  };
}

function renderStatus(status: { up: false } | Status): string {
  if (!status.up) return 'No lab is up here: `npm run lab -- up` starts one.\n';
  const { verb, pid, children, urls } = status;
  const width = Math.max(...Object.keys(urls).map(({ length }) => length));
  const lines = Object.entries(urls).map(([name, url]) => `  ${name.padEnd(width)}  ${url}`);
  const running = children.map(({ name }) => name).join(', ') || 'nothing yet';
  return `\`${verb}\` is up (process ${pid}), with ${running}.\n${lines.join('\n')}\n`;
}

async function down(): Promise<void> {
  const lab = runningLab(stateDir);
  if (lab === undefined) {
    console.error('No lab is up here.');
    return;
  }
  const { owner, verb } = lab;
  try {
    process.kill(owner.pid, 'SIGTERM');
  } catch (error) {
    // It has ended since it was looked up.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  for (let waitedMs = 0; isAlive(owner); waitedMs += pollMs) {
    if (waitedMs > graceSeconds * 1000) {
      throw environmentError(
        `\`${verb}\` (process ${owner.pid}) was asked to end and has not done so within ${graceSeconds} s. End it with: kill -9 ${owner.pid}; its children end with it. Where it ran in containers, these stay: docker compose down.`,
      );
    }
    await sleep(pollMs);
  }
  console.error(`\`${verb}\` has ended.`);
}
