// `docker compose` as the lab calls it: which arguments, with which environment, and what a failure
// is called.
import { execa } from 'execa';
import { passedTo } from '../../configuration/environment';
import { environmentError, LabError } from '../../errors';
import { rootDir } from '../../paths';
import type { ComposeConfig } from './settings';

/** A subject that is not healthy by then will not be. */
const readyWithinSeconds = 90;

/** Lines of a failed command's talk that are passed on. */
const linesShown = 6;

export class ComposeCli {
  constructor(
    /** Variables of docker-compose.yml; Docker's own come from the shell. */
    private readonly variables: Readonly<Record<string, string>> = {},
    /** Ends a command that is under way. */
    private readonly signal?: AbortSignal,
    /** In place of docker-compose.yml. */
    private readonly file?: string,
  ) {}

  /** The same project with more variables. */
  with(variables: Readonly<Record<string, string>>): ComposeCli {
    return new ComposeCli({ ...this.variables, ...variables }, this.signal, this.file);
  }

  /** The same, to be cut short by this signal. */
  until(signal: AbortSignal | undefined): ComposeCli {
    return new ComposeCli(this.variables, signal, this.file);
  }

  /** The same project as another file has it. */
  of(file: string): ComposeCli {
    return new ComposeCli(this.variables, this.signal, file);
  }

  get isCancelled(): boolean {
    return this.signal?.aborted ?? false;
  }

  async config(): Promise<ComposeConfig> {
    return JSON.parse(await this.run('--profile', 'tools', 'config', '--format', 'json'));
  }

  async up(services: readonly string[], options: readonly string[] = []): Promise<void> {
    const wait = ['--wait', '--wait-timeout', String(readyWithinSeconds)];
    await this.run('up', '--detach', ...wait, '--no-deps', ...options, ...services);
  }

  /** What it prints; throws in words when it fails. */
  async run(...args: string[]): Promise<string> {
    const file = this.file === undefined ? [] : ['--file', this.file];
    const result = await execa('docker', ['compose', ...file, ...args], {
      cwd: rootDir,
      env: { ...passedTo('Docker'), ...this.variables },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      // A terminal's Ctrl-C is for the lab alone: what puts the containers back must not end with it.
      detached: true,
      ...(this.signal && { cancelSignal: this.signal }),
    });
    if (result.isCanceled) {
      throw new LabError(130, `\`docker compose ${args.join(' ')}\` was interrupted.`);
    }
    if (result.failed) throw environmentError(describeFailure(args, result.stderr), result);
    return result.stdout;
  }
}

/** A known failure with its remedy; any other with the end of what was said. */
export function describeFailure(args: readonly string[], stderr: string): string {
  const [, port] = /Bind for \S+:(\d+) failed: port is already allocated/.exec(stderr) ?? [];
  const [, taken] = /listen tcp4? \S+:(\d+): bind: address already in use/.exec(stderr) ?? [];
  if (port ?? taken) {
    return `Port ${port ?? taken} is taken by another program. Stop that program, or choose another port in .env; .env.example names them.`;
  }
  const lines = stderr.trim().split('\n').slice(-linesShown);
  return `\`docker compose ${args.join(' ')}\` failed:\n  ${lines.join('\n  ')}`;
}
