// The `lab` command: registers the verbs, and is the only place that ends the process.
import { Command, CommanderError } from 'commander';
import verbs from './cli/verbs.json';
import { forgetTheRest } from './configuration/environment';
import { LabError } from './errors';

type Verb = { register(program: Command): void };

/** Loaded when called: `lab show` need not load what `lab tour` does. */
const load = (module: string): Verb => require(`./${module}`);
const modules = new Map(Object.entries(verbs));

// Verbs and their libraries are loaded afterwards.
forgetTheRest();

async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('lab')
    .description('Headroom: a load lab for Express and Django')
    .usage('VERB [options]   (npm run lab -- VERB [options])')
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: false });
  const wanted = modules.get(argv[0] ?? '');
  try {
    if (wanted) load(wanted).register(program);
    else registerAll(program);
    for (const command of program.commands) command.exitOverride();
    await program.parseAsync(argv, { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    return report(error);
  }
}

/** For help and for suggestions. The image lacks development packages, and the verbs that need them. */
function registerAll(program: Command): void {
  for (const module of new Set(modules.values())) {
    try {
      load(module).register(program);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version are asked for and end with 0; commander has printed everything else.
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof LabError) {
    console.error(`\n${error.message}`);
    return error.exitCode;
  }
  console.error('\nThis is a fault of the lab itself; please report it with what follows.');
  console.error(error);
  return 1;
}

// Thrown where nobody waits, as in a child's output: a disk that is full, mostly. The children end
// with the lab, and the run reads as partial.
process.on('uncaughtException', (error) => process.exit(report(error)));

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
