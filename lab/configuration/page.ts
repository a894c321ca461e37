// docs/configuration.md, from the variables themselves.
import { composeGroups } from './compose';
import { shellVariables } from './environment';
import {
  appVariables,
  contractVariables,
  k6Variables,
  labVariables,
  portVariables,
  setUpVariables,
  testVariables,
  type Variable,
} from './variables';

const introduction = `# Configuration

<!-- Made by \`npm run lab -- contract\` from lab/configuration/. Not for editing. -->

Every variable of the lab begins with \`HEADROOM_\`. An empty one counts as unset. A wrong value is
refused with its name, the value and what to give instead (exit code 2), and so is a name that is not
listed here. Each run records in \`run.json\` which variables differed from their defaults; of a
secret, only that it was set.
`;

const sections = {
  lab: `## The lab

Read by \`npm run lab\`, from the shell. \`HEADROOM_RESULTS\` and \`HEADROOM_STATE\` may begin
with \`~/\`.
`,
  k6: `## k6 by hand

Read by the scripts in \`k6/scenarios/\` where no plan is given: from the shell, by \`-e NAME=VALUE\`, and in
containers from \`.env\`.
`,
  compose: `## Containers

Read by \`docker compose\`, from the shell or from a file \`.env\` beside \`docker-compose.yml\`
(\`.env.example\` is its pattern; the shell takes precedence). \`--runtime compose\` checks them.
`,
  setUp: `## Set-up

Read by the launcher, before anything is installed.
`,
  tests: `## Tests
`,
  shell: `## What else is taken from the shell

Nothing but these reaches the lab or a program that it starts. The programs check them; of those
for Docker a run in containers records what is set. \`lab/launch.mjs\` and \`lab/setup/\` run before anything is
installed: they hand the shell's environment to npm, pip and Go as it is, because those need their
proxies and registries. The lab that they start gets no \`NODE_\` and no \`TS_NODE_\` variable but
\`NODE_EXTRA_CA_CERTS\`, and leaves out the rest by itself.
`,
};

export function renderConfigurationPage(): string {
  const apps = Object.values(appVariables).flatMap((variables) => Object.values(variables));
  return [
    introduction,
    sections.lab,
    table([
      ...Object.values(labVariables),
      ...contractVariables,
      ...Object.values(portVariables),
      ...apps,
    ]),
    sections.k6,
    table(k6Variables),
    sections.compose,
    ...composeGroups().map(({ section, comment, variables }, index, groups) =>
      [
        ...(groups[index - 1]?.section === section ? [] : [`### ${section}\n`]),
        ...(comment.length > 0 ? [`${comment.join('\n')}\n`] : []),
        table(variables),
      ].join('\n'),
    ),
    sections.setUp,
    table(setUpVariables),
    sections.tests,
    table(Object.values(testVariables)),
    sections.shell,
    rows(
      ['variables', 'who gets them', 'meaning'],
      shellVariables.map(({ names, receivers, meaning }) => [
        names.map(code).join(', '),
        receivers.join(', '),
        meaning,
      ]),
    ),
  ].join('\n');
}

/** Without a column of meanings where a comment above has them. */
function table(variables: readonly Variable[]): string {
  const isExplained = variables.some(({ meaning }) => meaning !== '');
  return rows(
    ['variable', 'default', 'values', ...(isExplained ? ['meaning'] : [])],
    variables.map((variable) => [
      code(variable.name),
      variable.default === undefined ? (variable.without ?? '') : code(variable.default),
      `${variable.kind.expected}${variable.isSecret ? '; secret' : ''}`,
      ...(isExplained ? [variable.meaning] : []),
    ]),
  );
}

const code = (text: string): string => `\`${text}\``;

const rows = (heading: string[], body: readonly string[][]): string =>
  [heading, heading.map(() => '---'), ...body]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');
