// `lab init`: writes the headroom.yaml of an app of your own, and a first workload of one GET request.
import { existsSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import { checkHeadroom, headroomFile } from '../../contract/app-files';
import sloFile from '../../contract/slo.json';
import { positive, share, wholeNumber } from '../cli/options';
import { usageError } from '../errors';
import { rootDir } from '../paths';
import { writeFileAtomic } from '../results/atomic';
import { quoted } from '../results/command-line';
import { requireAllowed } from '../runtime/allowed-hosts';
import { whyNotOk } from '../runtime/readiness';
import { makeFolder } from '../system-errors';
import { askForApp } from './init-questions';

type Options = {
  url?: string;
  command?: string;
  port?: number;
  name?: string;
  path?: string;
  metrics?: string;
  share: number;
  seconds: number;
};

export function register(program: Command): void {
  program
    .command('init')
    .description('describe an app of your own in a headroom.yaml, with a first workload')
    .argument('[folder]', 'where to write it', '.')
    .addOption(
      new Option('--url <url>', 'its URL, if you run it yourself').conflicts(['command', 'port']),
    )
    .option(
      '--command <words>',
      'or the command that starts it; the lab replaces {port} by the port',
    )
    .option('--port <number>', 'the port that it then listens on', (text) =>
      wholeNumber(text, 1, 65_535),
    )
    .option('--name <name>', 'what the lab calls it: lowercase letters and digits')
    .option(
      '--path <path>',
      'path that the first workload requests; the app is ready when it answers',
    )
    .option('--metrics <path>', 'its page in Prometheus’s format, if it has one')
    .option('--share <share>', 'share of requests that must meet the SLO', share, 0.99)
    .option('--seconds <seconds>', 'time within which they must be answered', positive, 0.1)
    .action(init);
}

async function init(given: string, options: Options): Promise<void> {
  const folder = resolve(given);
  const file = join(folder, headroomFile);
  requireAbsent(file);
  const answers = await answersOf(options, folder);
  const { path } = answers;
  const script = `${workloadNameOf(path)}.ts`;
  requireAbsent(join(folder, script));
  const content = contentOf(answers, script);
  checkHeadroom('what --url, --command and the other options make', content);
  if (answers.url !== undefined) await requireAnswer(answers.url, path);
  makeFolder(folder);
  writeFileAtomic(join(folder, script), workloadText(path));
  const schema = relative(folder, join(rootDir, 'docs/schemas/headroom.json'));
  writeFileAtomic(
    file,
    `# yaml-language-server: $schema=${schema}
# An app for Headroom, a load lab. Its docs/own-app.md has all keys.
${stringify(content)}`,
  );
  const shown = quoted(join(given, headroomFile));
  process.stdout.write(
    `wrote ${shown} and ${quoted(join(given, script))}\n` +
      `Check it:    npm run lab -- run smoke --app ${shown}\n` +
      `Measure it:  npm run lab -- tour ${shown} --quick\n`,
  );
}

function requireAbsent(path: string): void {
  if (existsSync(path)) throw usageError(`${path} already exists: edit it, or remove it first.`);
}

type Answers = Options & { path: string; name: string };

/** What no option says is asked on a terminal. */
async function answersOf(options: Options, folder: string): Promise<Answers> {
  const { url, command, port } = options;
  const usual = basename(folder)
    .toLowerCase()
    .replace(/^[^a-z]+|[^a-z0-9]/g, '');
  if (url === undefined && command === undefined) {
    if (process.stdin.isTTY) return { ...options, ...(await askForApp(options, usual || 'app')) };
    throw usageError(
      'Say with --url where the app is, or with --command and --port how the lab starts it, such as --command "uvicorn main:app --port {port}" --port 8000.',
    );
  }
  if (command !== undefined && port === undefined) {
    throw usageError('--port is missing: say where the command listens.');
  }
  const answers = { name: usual || 'app', path: '/', ...options };
  return url === undefined ? answers : { ...answers, url: url.replace(/\/$/, '') };
}

/** The lab's own workloads keep their names. */
function workloadNameOf(path: string): string {
  const word = path.toLowerCase().match(/[a-z][a-z0-9]*/)?.[0] ?? 'home';
  return Object.hasOwn(sloFile, word) ? `my-${word}` : word;
}

async function requireAnswer(url: string, path: string): Promise<void> {
  requireAllowed('--url', url);
  const problem = await whyNotOk(`${url}${path}`);
  if (problem === undefined) return;
  throw usageError(`${problem}. Start the app, or give another --url or --path.`);
}

function contentOf(answers: Answers, script: string) {
  const { name, url, command = '', port, path, metrics, share, seconds } = answers;
  const app = {
    name,
    ...(url === undefined
      ? { native: { command: wordsIn(command) }, ports: { public: port } }
      : { url }),
    ready: { path },
    ...(metrics !== undefined && { metricsPath: metrics }),
  };
  const workloads = [
    {
      name: script.replace(/\.ts$/, ''),
      k6: script,
      slo: { share, thresholdSeconds: seconds },
    },
  ];
  return { apps: [app], workloads };
}

/** As a shell divides it, as far as quotes go; whatever else needs a shell gets one. */
const wordsIn = (command: string): string[] =>
  /[|&;<>$`\\~*?]|^\w+=/.test(command)
    ? ['sh', '-c', command]
    : [...command.matchAll(/(?:"[^"]*"|'[^']*'|\S)+/g)].map(([word]) =>
        word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
      );

const workloadText = (path: string): string => `\
// One iteration is one request: the function makes it and returns the answer.
import http from 'k6/http';

export default function ({ baseUrl }: { baseUrl: string }) {
  return http.get(\`\${baseUrl}${path.replace(/[`\\$]/g, '\\$&')}\`);
}

// Whether an answer's body is right; one that is wrong voids the step.
export const isRight = (body: string): boolean => body.length > 0;
`;
