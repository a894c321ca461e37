// The launcher: brings what is missing into .lab/, then runs the lab (or its tests).
//
//   npm start [-- FLAGS]         lab tour
//   npm run lab -- VERB [ARGS]   any verb; lab/main.ts knows them
//   npm test [-- FILTER]         every check and test; with a filter, those tests alone
//
// This file and lab/setup/ are the only JavaScript: they run on Node 20, before anything is
// installed, and use nothing but Node's own modules.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, Interrupted, refusalOf, setUp } from './setup/run.mjs';
import { appsOf, describeSteps, labSteps } from './setup/steps.mjs';

const OLDEST_NODE_MAJOR = 20;
const EXIT = { environment: 5, interrupted: 130 };

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lab = join(root, '.lab');
const node = join(lab, 'bin/node');
const env = {
  ...process.env,
  PATH: [join(lab, 'bin'), process.env.PATH].join(delimiter),
  // The verb is run where the user stands; ts-node would look for its settings there.
  TS_NODE_PROJECT: join(root, 'tsconfig.json'),
};

/** Verbs that read what is on disk, or tell what is missing: they need TypeScript to run, no more. */
const LIGHT_VERBS = [
  ...['analyse', 'bench', 'contract', 'dashboards', 'deck', 'doctor', 'down'],
  ...['history', 'init', 'list', 'plan', 'report', 'show', 'status'],
];
/** Benches that start servers, and need what a lab needs. */
const SERVER_BENCHES = [
  ...['micro', 'instrumentation', 'generator', 'effort', 'turns'],
  ...['capacity', 'scaling', 'planning', 'pictures', 'nights'],
];
const LIGHT_STEPS = ['node', 'npm'];
const testSteps = () => [...labSteps(root), 'python-dev', 'python-fuzz'];

const venv = (name) => join(lab, 'venv/bin', name);
const npm = (path) => join(root, 'node_modules', path);
/** mypy may load an app's settings, which want an address and a secret; nothing uses them. */
const someSettings = {
  DATABASE_URL: 'postgres://user:password@127.0.0.1:5432/none',
  SESSION_SECRET: 'of-fifty-characters-for-checks-that-sign-nothing-at-all',
};

function checksOfPython(title, cwd) {
  return [
    [`lint of ${title}`, venv('ruff'), ['check'], { cwd }],
    [`format of ${title}`, venv('ruff'), ['format', '--check'], { cwd }],
    [`types of ${title}`, venv('mypy'), ['--strict', '.'], { cwd, env: someSettings }],
  ];
}

/** What `npm test` runs before the tests, side by side; their output is printed in this order. */
const checks = () => [
  ['types', node, [npm('typescript/bin/tsc'), '--noEmit']],
  ['types of the k6 scripts', node, [npm('typescript/bin/tsc'), '--noEmit', '-p', 'k6']],
  [
    'types of the live page',
    node,
    [npm('typescript/bin/tsc'), '--noEmit', '-p', 'lab/live/page/browser'],
  ],
  ['lint and format of TypeScript', npm('.bin/biome'), ['check', '--error-on-warnings']],
  ...appsOf(root)
    .filter(({ native }) => native?.python?.checkers)
    .flatMap(({ title, folder }) => checksOfPython(title, join(root, folder))),
  [
    'Prometheus configuration and rules',
    'promtool',
    ['check', 'config', 'prometheus/prometheus.yml'],
  ],
  ['Prometheus rule tests', 'sh', ['-c', 'promtool test rules prometheus/rules/*.test.yaml']],
];

const VITEST = [npm('vitest/vitest.mjs'), 'run', '--reporter=default'];
const VERDICT = `--reporter=${join(root, 'lab/test-verdict.ts')}`;

process.exitCode = await launch(process.argv.slice(2));

async function launch(args) {
  try {
    if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE_MAJOR) {
      throw new EnvironmentError(
        `Node ${process.version} is too old: the launcher needs ${OLDEST_NODE_MAJOR} or newer.\n` +
          '  Get it: https://nodejs.org',
      );
    }
    if (root.includes(delimiter)) {
      throw new EnvironmentError(
        `The clone is in ${root}: a PATH cannot hold a folder with "${delimiter}" in its name.\n  Move it.`,
      );
    }
    const needed = stepsFor(args);
    if (process.platform !== 'linux' && needed.length > LIGHT_STEPS.length) {
      throw new EnvironmentError(
        'Without containers the lab runs on Linux only; on this system: docker compose up',
      );
    }
    const steps = describeSteps({ root, lab });
    await setUp(
      needed.map((id) => steps[id]),
      { root, lab, env },
    );
    return args[0] === 'test' ? await test(args.slice(1)) : await runLab(args);
  } catch (error) {
    if (error instanceof Interrupted) return tell(error, EXIT.interrupted);
    if (error instanceof EnvironmentError) return tell(error, EXIT.environment);
    const refusal = refusalOf(error, lab);
    if (refusal) return tell(refusal, EXIT.environment);
    throw error;
  }
}

function tell(error, exitCode) {
  console.error(`\n${error.message}`);
  return exitCode;
}

/** An unknown verb is light: it should be told so at once, not after a set-up of minutes. */
function stepsFor([verb, ...rest]) {
  const groups = JSON.parse(readFileSync(join(root, 'lab/cli/verbs.json'), 'utf8'));
  const verbs = Object.assign({}, ...Object.values(groups));
  if (verb === 'test') return testSteps();
  const isKnown = verb !== undefined && Object.hasOwn(verbs, verb);
  const asksForHelp = rest.includes('--help') || rest.includes('-h');
  const startsServers = verb === 'bench' && rest.some((name) => SERVER_BENCHES.includes(name));
  const measures = startsServers || (verb === 'plan' && rest.includes('--validate'));
  // The lab of the cluster's pod has all that it needs.
  const isInCluster = /--runtime[ =]kubernetes/.test(rest.join(' '));
  const onlyReads =
    isInCluster ||
    LIGHT_VERBS.includes(verb) ||
    (verb === 'claims' && rest.includes('--from-disk'));
  return isKnown && (measures || !onlyReads) && !asksForHelp ? labSteps(root) : LIGHT_STEPS;
}

function runLab(args) {
  const tsNode = npm('ts-node/register');
  const cwd = process.cwd();
  return run(node, ['--require', tsNode, join(root, 'lab/main.ts'), ...args], {
    cwd,
    env: ownNode(),
  });
}

/** What Node and ts-node would take from the shell before the lab can leave out the rest by itself. */
function ownNode() {
  const foreign = Object.keys(process.env).filter(
    (name) => /^(TS_)?NODE_/.test(name) && name !== 'NODE_EXTRA_CA_CERTS',
  );
  return {
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    TS_NODE_PROJECT: env.TS_NODE_PROJECT,
  };
}

async function test(filter) {
  const failure = filter.length ? 0 : await runChecks();
  if (failure) return failure;
  console.log('\n== tests');
  return run(node, [...VITEST, VERDICT, ...filter]);
}

/** @returns the exit code of the first that failed, or 0; the checks after it are ended */
async function runChecks() {
  const rest = new AbortController();
  const running = checks().map(([heading, command, args, options]) => {
    const printed = [];
    const exitCode = run(command, args, { ...options, printed, signal: rest.signal });
    exitCode.catch(() => {}); // it is awaited below, unless an earlier one failed
    return { heading, printed, exitCode };
  });
  for (const { heading, printed, exitCode } of running) {
    console.log(`\n== ${heading}`);
    let code;
    try {
      code = await exitCode;
    } finally {
      process.stdout.write(Buffer.concat(printed));
      if (code !== 0) rest.abort();
    }
    if (code !== 0) return code;
  }
  return 0;
}

/**
 * Runs a command on our own terminal and returns the exit code a shell would give it. What it prints
 * goes to `printed` instead where that is given.
 */
function run(command, args, options = {}) {
  const { printed, signal: abort } = options;
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...env, ...options.env },
    stdio: printed ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    ...(abort && { signal: abort }),
  });
  for (const stream of printed ? [child.stdout, child.stderr] : []) {
    stream.on('data', (chunk) => printed.push(chunk));
  }
  const pass = (signal) => child.kill(signal);
  // A terminal sends Ctrl-C to all its foreground processes, the child among them, and npm hands
  // it on to us once more. Only without a terminal is it ours to pass on.
  const onTerminal = [0, 1, 2].some((stream) => isatty(stream));
  const passInterrupt = (signal) => onTerminal || pass(signal);
  process.on('SIGINT', passInterrupt).on('SIGTERM', pass).on('SIGHUP', pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Not at its exit: some of what it printed may still be on its way.
    child.once('close', (code, signal) => {
      process.off('SIGINT', passInterrupt).off('SIGTERM', pass).off('SIGHUP', pass);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
