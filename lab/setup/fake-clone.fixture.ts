// For the launcher's tests: a clone in a temporary folder, with outside programs that are faked.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { appNames } from '../../contract/apps';
import { rootDir } from '../paths';
import { identify, type ProcessIdentity } from '../proc';

/** Stands in for every outside program: notes its call, and makes what the real one would make. */
const fakeProgram = `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } = require('fs');
const { basename, dirname, join } = require('path');
const name = basename(process.argv[1]);
const args = process.argv.slice(2).join(' ');
const make = (path, text = '') => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
appendFileSync(process.env.CALLS, (name + ' ' + args).trim() + '\\n');
if (name === 'npm' && process.env.NPM === 'fails') {
  console.error('npm error network is unreachable');
  process.exit(1);
} else if (name === 'npm' && process.env.NPM === 'has no room') {
  console.error('npm error nospc ENOSPC: no space left on device, write');
  process.exit(1);
} else if (name === 'npm' && process.env.NPM === 'hangs') {
  writeFileSync(process.env.CALLS + '.pid', String(process.pid));
  setInterval(() => {}, 1000);
} else if (name === 'npm') {
  make('node_modules/.package-lock.json');
  make('node_modules/ts-node/register.js');
  const compile = "require('fs').mkdirSync('dist', { recursive: true });";
  const check = "if (process.argv.includes('--noEmit')) process.exit(+process.env.TSC || 0);";
  make('node_modules/typescript/bin/tsc', check + compile);
  make('node_modules/vitest/vitest.mjs', "console.log('vitest', ...process.argv.slice(4))");
} else if (name === 'python3' && args.startsWith('-c')) {
  console.log('3.12.1');
} else if (args.startsWith('-m venv')) {
  const bin = join(process.argv.at(-1), 'bin');
  mkdirSync(bin, { recursive: true });
  for (const one of ['python', 'ruff', 'mypy']) {
    rmSync(join(bin, one), { force: true });
    symlinkSync(process.argv[1], join(bin, one));
  }
} else if (name === 'go' && args.startsWith('env')) {
  console.log('go1.26.8\\nlocal');
} else if (name === 'go') {
  const out = args.match(/-o (\\S+)/)[1];
  for (const program of /k6/.test(args) ? ['k6'] : ['prometheus', 'promtool']) make(join(out, program));
} else if (args === '--version') {
  console.log(name === 'k6' ? 'k6 v2.2.0 (go1.26.8)' : name + ', version 3.15.0 (branch: )');
}
`;

export const allTools = ['npm', 'python3', 'k6', 'prometheus', 'promtool'];

type Ended = { code: number | null; stdout: string; stderr: string };

export class FakeClone {
  readonly root = mkdtempSync(join(tmpdir(), 'headroom-launch-'));
  private readonly fake = this.path('fake-program');

  constructor() {
    for (const path of [
      'lab/launch.mjs',
      'lab/cli/verbs.json',
      'lab/setup',
      'tools',
      'package-lock.json',
      ...appNames.map((app) => `apps/${app}/app.json`),
    ]) {
      cpSync(join(rootDir, path), this.path(path), { recursive: true });
    }
    writeFileSync(this.fake, fakeProgram, { mode: 0o755 });
    writeFileSync(this.path('package.json'), '{}');
    this.writeMain('console.log("lab:", ...process.argv.slice(2))');
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  /** What stands in for lab/main.ts. */
  writeMain(source: string): void {
    writeFileSync(this.path('lab/main.ts'), source);
  }

  /** The calls of outside programs so far, in order. */
  calls(): string[] {
    const file = this.path('calls');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  /** Starts the launcher on a PATH that holds `tools` and nothing else. */
  start(args: string[], tools = allTools, env: NodeJS.ProcessEnv = {}) {
    const bin = this.path('bin');
    rmSync(bin, { recursive: true, force: true });
    mkdirSync(bin);
    for (const tool of tools) symlinkSync(this.fake, join(bin, tool));
    const child = execa(process.execPath, ['lab/launch.mjs', ...args], {
      cwd: this.root,
      env: { HOME: this.root, PATH: bin, CALLS: this.path('calls'), ...env },
      extendEnv: false,
      stdin: 'ignore',
      stripFinalNewline: false,
      reject: false,
      forceKillAfterDelay: false,
    });
    const ended: Promise<Ended> = child.then(({ exitCode, stdout, stderr }) => ({
      code: exitCode ?? null,
      stdout,
      stderr,
    }));
    return { child, ended };
  }

  launch(...given: Parameters<FakeClone['start']>): Promise<Ended> {
    return this.start(...given).ended;
  }

  /** The faked npm that was told to hang (env NPM), once it runs. */
  async hangingNpm(): Promise<ProcessIdentity> {
    const file = this.path('calls.pid');
    for (const deadline = Date.now() + 5000; Date.now() < deadline; ) {
      const npm = existsSync(file) && identify(Number(readFileSync(file, 'utf8')));
      if (npm) return npm;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('the faked npm was not started');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
