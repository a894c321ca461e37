// `lab completion SHELL`: what a shell needs to complete verbs, options and runs.
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { resultsDir, rootDir } from '../paths';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export type Verb = {
  name: string;
  description: string;
  options: { flag: string; description: string; choices: readonly string[] }[];
  /** Words that may follow the verb. */
  words: readonly string[];
  /** Whether the names of runs may. */
  takesRuns: boolean;
};

export function register(program: Command): void {
  program
    .command('completion')
    .description(
      'print a shell function `lab` with completion: eval "$(npm run -s lab -- completion bash)"',
    )
    .addArgument(new Argument('<shell>', 'whose').choices(shells))
    .action((shell: Shell) => {
      const launcher = join(rootDir, 'lab/launch.mjs');
      process.stdout.write(renderers[shell](verbsOf(program), launcher, resultsDir));
    });
}

export const verbsOf = (program: Command): Verb[] =>
  program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.options.map(({ long, description, argChoices }) => ({
      flag: long ?? '',
      description,
      choices: argChoices ?? [],
    })),
    words: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    takesRuns: command.registeredArguments.some((argument) => /^runs?$/.test(argument.name())),
  }));

type Renderer = (verbs: readonly Verb[], launcher: string, results: string) => string;

const renderBash: Renderer = (
  verbs,
  launcher,
  results,
) => `# Completion for \`lab\`, which is this clone's npm run lab.
lab() { node ${quote(launcher)} "$@"; }
_lab_runs() { for run in ${quote(results)}/*/run.json; do [ -e "$run" ] && basename "$(dirname "$run")"; done; }
_lab() {
  local word="\${COMP_WORDS[COMP_CWORD]}" verb="\${COMP_WORDS[1]}" words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${quote(verbs.map(({ name }) => name).join(' '))}
  else
    case "$verb \${COMP_WORDS[COMP_CWORD-1]}" in
${verbs.flatMap(({ name, options }) => options.filter(({ choices }) => choices.length > 0).map(({ flag, choices }) => `      ${quote(`${name} ${flag}`)}) words=${quote(choices.join(' '))} ;;`)).join('\n')}
      *) case "$verb" in
${verbs.map(({ name, options, words, takesRuns }) => `        ${name}) words=${quote([...options.map(({ flag }) => flag), ...words].join(' '))}${takesRuns ? '" $(_lab_runs)"' : ''} ;;`).join('\n')}
      esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _lab lab
`;

/** zsh reads bash's own. */
const renderZsh: Renderer = (...facts) =>
  `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${renderBash(...facts)}`;

const renderFish: Renderer = (verbs, launcher, results) => {
  const of = (verb: string) => `complete -c lab -n '__fish_seen_subcommand_from ${verb}'`;
  return `${[
    `function lab; node ${quote(launcher)} $argv; end`,
    'complete -c lab -f',
    ...verbs.map(
      ({ name, description }) =>
        `complete -c lab -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
    ),
    ...verbs.flatMap(({ name, options, words, takesRuns }) => [
      ...options.map(({ flag, description, choices }) => {
        const values = choices.length > 0 ? ` -x -a ${quote(choices.join(' '))}` : '';
        return `${of(name)} -l ${flag.slice(2)} -d ${quote(description)}${values}`;
      }),
      ...words.map((word) => `${of(name)} -a ${word}`),
      ...(takesRuns
        ? [
            `${of(name)} -a ${quote(`(for run in ${quote(results)}/*/run.json; basename (dirname $run); end)`)}`,
          ]
        : []),
    ]),
  ].join('\n')}\n`;
};

export const renderers: Record<Shell, Renderer> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
};

/** In single quotes no shell reads anything but their end. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
