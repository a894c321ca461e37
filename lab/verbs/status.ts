// `lab status`: whether a lab is up here, what it does, and where to look.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { stateDir } from '../paths';
import { runningLab } from '../runtime/native/processes';
import { ports } from '../runtime/ports';

export type Status =
  | { up: false }
  | {
      up: true;
      pid: number;
      /** What it was called with. */
      verb: string;
      children: { name: string; pid: number }[];
      urls: Record<string, string>;
    };

export function register(program: Command): void {
  program
    .command('status')
    .description('say whether a lab is up here, and where to look')
    .option('--json', 'print it as JSON')
    .action((options: { json?: boolean }) => {
      const status = statusOf(stateDir);
      process.stdout.write(
        options.json ? `${JSON.stringify(status, null, 2)}\n` : renderStatus(status),
      );
    });
}

function statusOf(folder: string): Status {
  const lab = runningLab(folder);
  if (lab === undefined) return { up: false };
  const children = lab.children.map(({ name, pid }) => ({ name, pid }));
  const isUp = (name: string) => children.some((child) => child.name === name);
  const url = (port: number) => `http://127.0.0.1:${port}`;
  return {
    up: true,
    pid: lab.owner.pid,
    verb: verbOf(lab.owner.pid),
    children,
    urls: {
      live: url(ports.live),
      ...(isUp('express') && { express: url(ports.express) }),
      ...(isUp('django') && { django: url(ports.django) }),
      ...(isUp('prometheus') && { prometheus: url(ports.prometheus) }),
    },
  };
}

/** What follows lab/main.ts on its command line. */
export function verbOf(pid: number): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  const script = words.findIndex((word) => word.endsWith('lab/main.ts'));
  return `lab ${words.slice(script + 1).join(' ')}`;
}

function renderStatus(status: Status): string {
  if (!status.up) return 'No lab is up here: `npm run lab -- up` starts one.\n';
  const { verb, pid, children, urls } = status;
  const width = Math.max(...Object.keys(urls).map(({ length }) => length));
  const lines = Object.entries(urls).map(([name, url]) => `  ${name.padEnd(width)}  ${url}`);
  const running = children.map(({ name }) => name).join(', ') || 'nothing yet';
  return `\`${verb}\` is up (process ${pid}), with ${running}.\n${lines.join('\n')}\n`;
}
