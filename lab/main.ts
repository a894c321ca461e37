// The `lab` command: registers the verbs, and is the only place that ends the process.
import { Command, CommanderError } from 'commander';
import verbs from './cli/verbs.json';
import { forgetTheRest } from './configuration/environment';
import { severalIn, takeNamedFiles } from './configuration/named-files';
import { LabError } from './errors';
import { guard } from './terminal-safe';

type Verb = { register(program: Command): void };

/** Loaded when called: `lab show` need not load what `lab tour` does. */
const load = (module: string): Verb => require(`./${module}`);
const groups = Object.entries<Record<string, string>>(verbs);
const modules = new Map(groups.flatMap(([, verbsOfGroup]) => Object.entries(verbsOfGroup)));
const groupOf = new Map(
  groups.flatMap(([group, verbsOfGroup]) => Object.keys(verbsOfGroup).map((verb) => [verb, group])),
);
/** What a person needs first; `--help` shows the rest. */
const firstVerbs = Object.keys(verbs['Start here']);

const exitCodes = `
Exit codes: 0 success; 2 wrong command; 3 a regression is open;
4 the measurement is void; 5 something is missing on this machine; 130 interrupted;
1 a bug in the lab.`;

// Verbs and their libraries are loaded afterwards.
forgetTheRest();
for (const stream of [process.stdout, process.stderr]) guard(stream);

async function main(given: readonly string[]): Promise<number> {
  const program = new Command('lab')
    .description('Headroom: a load lab for web apps')
    .usage('VERB [options]   (npm run lab -- VERB [options])')
    .exitOverride()
    .showSuggestionAfterError()
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: false, minWidthToWrap: 20 });
  try {
    const argv = takeNamedFiles(given);
    const wanted = modules.get(argv[0] ?? '');
    if (wanted) load(wanted).register(program);
    else {
      registerAll(program, argv.length === 0 ? firstVerbs : [...modules.keys()]);
      if (argv.length > 0) program.addHelpText('after', exitCodes);
    }
    for (const command of program.commands) command.exitOverride();
    if (argv.length === 0) return showFirstVerbs(program);
    await program.parseAsync(argv, { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (isTooMany(error)) for (const hint of severalIn(given)) console.error(hint);
    return report(error);
  }
}

const isTooMany = (error: unknown): boolean =>
  error instanceof CommanderError && error.code === 'commander.excessArguments';

/** No verb was given: a usage error, for which the short list of verbs is help enough. */
function showFirstVerbs(program: Command): number {
  program
    .configureHelp({
      minWidthToWrap: 20,
      visibleCommands: () => program.commands.filter((command) => isFirst(command.name())),
    })
    .addHelpText(
      'after',
      '\nAll verbs: npm run lab -- --help. Help on one: npm run lab -- VERB --help.',
    )
    .outputHelp({ error: true });
  return 2;
}

const isFirst = (verb: string): boolean => firstVerbs.includes(verb);

/** For help and for suggestions. The image lacks development packages, and the verbs that need them. */
function registerAll(program: Command, names: readonly string[]): void {
  for (const module of new Set(names.map((name) => modules.get(name) as string))) {
    try {
      load(module).register(program);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  const rank = (command: Command): number => [...modules.keys()].indexOf(command.name());
  (program.commands as Command[]).sort((a, b) => rank(a) - rank(b));
  for (const command of program.commands) {
    const group = groupOf.get(command.name());
    if (group !== undefined) command.helpGroup(`${group}:`);
  }
}

/** Loaded when needed: it knows the lab's folders, which a wrong variable keeps from being known. */
const refusalOf = (error: unknown): LabError | undefined =>
  (require('./system-errors') as typeof import('./system-errors.ts')).refusalOf(error);

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version are asked for and end with 0; commander has printed everything else.
    return error.exitCode === 0 ? 0 : 2;
  }
  // By its name: whatever loads the apps, the class itself among others, throws it again.
  if (error instanceof Error && error.name === 'AppFileError') {
    console.error(`\n${error.message}`);
    return 2;
  }
  const told = error instanceof LabError ? error : refusalOf(error);
  if (told) {
    console.error(`\n${told.message}`);
    return told.exitCode;
  }
  console.error('\nThis is a bug in the lab. Please report it with the error below.');
  console.error(error);
  return 1;
}

// Thrown where nobody waits, as in a child's output: a disk that is full, mostly. The children end
// with the lab, and the run reads as partial.
process.on('uncaughtException', (error) => process.exit(report(error)));

/** The reader (`| head`) or the terminal has gone: nobody is left to tell, and the verb ends as it would. */
const noReader = ['EPIPE', 'EIO'];
let isOutputLost = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (noReader.includes(error.code ?? '') || isOutputLost) return;
    isOutputLost = true;
    process.exitCode = report(error);
  });
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code || process.exitCode;
});
