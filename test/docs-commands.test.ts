// Every command that the documentation tells a reader to type is run here as it stands, or run (of some: read) by
// another test; what takes long says so beside it, and another test runs its verb in the short form. Of a
// bench that wants a machine to itself for minutes, a test runs the part that does not.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import groups from '../lab/cli/verbs.json';
import { rootDir } from '../lab/paths';
import { appendToHistory } from '../lab/results/history';
import { nightFixture } from '../lab/results/night.fixture';
import { listRunIds } from '../lab/results/run-folder';
import { commandsIn } from './documented-commands';
import { findBefore } from './found-before';
import { Lab } from './lab-process';

const docs = readdirSync(join(rootDir, 'docs')).filter((name) => name.endsWith('.md'));
const examples = readdirSync(join(rootDir, 'examples')).map((name) => `examples/${name}/README.md`);
const pages = ['README.md', 'CONTRIBUTING.md', 'contract/README.md'].concat(
  docs.map((name) => `docs/${name}`),
  examples.filter((page) => existsSync(join(rootDir, page))),
);
const textOf = (file: string): string => readFileSync(join(rootDir, file), 'utf8');
const documented = pages.flatMap((file) => commandsIn(file, textOf(file)));
const labCommand = 'npm run lab -- ';
/** The module of each verb. */
const verbs: Record<string, string> = Object.assign({}, ...Object.values(groups));

/** Verbs that read what is on disk: run here, to the letter but for the names of runs. */
const readers = ['list', 'show', 'report', 'deck', 'plan', 'history', 'analyse', 'doctor'];
const isReader = (command: string): boolean =>
  (readers.some((verb) => `${command} `.startsWith(`${labCommand}${verb} `)) &&
    !/--validate|history accept|--pin-downloads|doctor --env/.test(command)) ||
  command.endsWith('--help');

/** Words in capitals stand for what the reader has: a run, mostly. */
const placeholder = /\b[A-Z]{3,}\b/g;

type Proof = {
  of: RegExp;
  test: string;
  /** What that test contains as long as it runs the command. */
  by: string;
  /** The test runs it in a short form: as it stands in the docs it must say how long it takes. */
  long?: true;
  /** The test runs a part of it: it must say how long it takes, too. */
  part?: true;
  /** The test has compose read the files that it names, and starts nothing of them. */
  read?: true;
};

const verb = (name: string): RegExp => new RegExp(`^${labCommand}${name}(?: |$)`);
/** The first that fits counts. */
const proofs: readonly Proof[] = [
  { of: /\/tmp\/my-app/, test: 'test/own-app.test.ts', by: 'matchAll(/^```sh' },
  { of: verb('init'), test: 'test/own-app.test.ts', by: 'await walk(init)' },
  { of: verb('tour'), test: 'test/own-app.test.ts', by: 'expectMeasured(tour)', long: true },
  { of: /^npm test -- /, test: 'lab/launch.test.ts', by: "['test', 'lab/analysis'" },
  { of: /^npm test$/, test: 'lab/launch.test.ts', by: "launch(['test']", long: true },
  { of: /^npm start$/, test: 'test/tour.test.ts', by: "start('tour', '--quick')", long: true },
  { of: /^npm start -- --quick$/, test: 'test/tour.test.ts', by: "start('tour', '--quick')" },
  {
    of: /^docker compose -f docker-compose\.yml -f docker-compose\.no-limits\.yml up$/,
    ...{ test: 'test/compose-confinement.test.ts', by: "'--file', 'docker-compose.no-limits.yml'" },
    read: true,
  },
  {
    of: /^docker compose -f docker-compose\.yml -f docker-compose\.images\.yml up$/,
    ...{ test: 'test/compose-confinement.test.ts', by: "'--file', 'docker-compose.images.yml'" },
    read: true,
  },
  { of: verb('doctor --env'), test: 'lab/doctor/doctor.test.ts', by: "['doctor', '--env'," },
  {
    ...{ of: /^docker compose up( [a-z0-9 ]+)?$/, test: 'test/compose-stack.ts' },
    by: 'new DockerComposeEnvironment',
  },
  {
    of: /^docker compose --profile nightly up/,
    test: 'test/compose-nightly.test.ts',
    by: "up(['nightly'])",
  },
  { of: /^docker compose build$/, test: 'test/compose-build.test.ts', by: "compose('build')" },
  { of: /^kind load /, test: 'kubernetes/manifests.test.ts', by: 'kind load docker-image' },
  { of: /^kubectl apply -k/, test: 'test/kubernetes-cluster.ts', by: "'apply', '-k'" },
  { of: /^kubectl delete -k/, test: 'test/kubernetes-apply.test.ts', by: "'delete', '-k'" },
  { of: /^docker compose down -v$/, test: 'test/compose-data.test.ts', by: 'removeVolumes: true' },
  { of: /^docker compose port/, test: 'test/compose-confinement.test.ts', by: "compose('port'" },
  {
    ...{ of: /^docker compose --profile cleanup up/, test: 'test/compose-data.test.ts' },
    by: "'--profile', 'cleanup', 'up'",
  },
  { of: /^docker compose .*ps$/, test: 'test/compose-confinement.test.ts', by: "compose('ps'" },
  {
    ...{ of: /^docker compose exec django python manage/, test: 'apps/django/tests/test_shop.py' },
    by: 'call_command("clearsessions"',
  },
  { of: /^docker compose logs/, test: 'test/compose-nightly.test.ts', by: "compose('logs'" },
  {
    of: /^docker compose run k6$/,
    test: 'test/compose-replicas.test.ts',
    by: "'k6', 'run', '--quiet'",
  },
  {
    ...{ of: /^docker compose run --rm k6 run/, test: 'test/compose-replicas.test.ts', long: true },
    by: "'k6', 'run', '--quiet', 'scenarios/scaling.ts'",
  },
  { of: verb('k6 run'), test: 'test/up-and-down.test.ts', by: "lab.run('k6', 'run'", long: true },
  {
    ...{ of: /^npm run lab -- tour --runtime kubernetes$/, test: 'test/kubernetes-tour.test.ts' },
    ...{ by: "'--runtime', 'kubernetes'", long: true },
  },
  {
    ...{ of: /--by replicas --runtime kubernetes$/, test: 'test/kubernetes-scale.test.ts' },
    ...{ by: "by: 'replicas'", long: true },
  },
  {
    of: verb('k6 manifest'),
    test: 'lab/verbs/k6-manifest.test.ts',
    by: "manifestOf('scaling', '--app'",
  },
  {
    ...{ of: /--runtime compose --replicas/, test: 'test/compose-runtime.test.ts', long: true },
    by: "'--replicas', '2'",
  },
  { of: verb('run'), test: 'test/shop-load.test.ts', by: "'run', 'shop', '--app'", long: true },
  {
    of: verb('capacity'),
    test: 'test/experiments.test.ts',
    by: "['capacity', '--app'",
    long: true,
  },
  { of: verb('scale'), test: 'test/experiments.test.ts', by: "run('scale', '--app'", long: true },
  { of: verb('noise'), test: 'test/comparing.test.ts', by: "quietly('noise', '--app'", long: true },
  { of: verb('compare'), test: 'test/comparing.test.ts', by: "quietly('compare',", long: true },
  {
    of: verb('nightly'),
    test: 'test/nightly-stage.ts',
    by: "start('nightly', ...own",
    long: true,
  },
  { of: verb('plan --validate'), test: 'test/planning.test.ts', by: "'--validate'", long: true },
  {
    of: /^npm run lab -- claims .*--from-disk/,
    test: 'test/claims.test.ts',
    by: "'claims', 'express-faster', '--from-disk'",
  },
  {
    of: verb('claims'),
    test: 'test/claims.test.ts',
    by: "'claims', 'django-secure', 'express-secure', '--quick'",
    long: true,
  },
  {
    of: verb('scheduler'),
    test: 'test/nights.test.ts',
    by: "start('scheduler', '--at'",
  },
  { of: verb('history accept'), test: 'test/nights.test.ts', by: "['history', 'accept'" },
  { of: verb('up'), test: 'test/up-and-down.test.ts', by: "start('up')" },
  { of: verb('status'), test: 'test/up-and-down.test.ts', by: "lab.run('status')" },
  { of: verb('down'), test: 'test/up-and-down.test.ts', by: "lab.run('down')" },
  { of: /^npm run lab$/, test: 'lab/main.test.ts', by: 'await lab()' },
  { of: /--pin-downloads$/, test: 'lab/setup/download.test.ts', by: "'--pin'" },
  { of: verb('exporter'), test: 'test/docs-commands.test.ts', by: 'startsExporter' },
  { of: verb('contract'), test: 'lab/verbs/generated.test.ts', by: 'renderContract()' },
  { of: verb('dashboards'), test: 'lab/verbs/generated.test.ts', by: 'renderDashboards()' },
  {
    of: /^npm run bench -- capacity/,
    test: 'bench/experiments.test.ts',
    by: 'capacityRows(',
    part: true,
  },
  {
    of: /^npm run bench -- scaling/,
    test: 'bench/experiments.test.ts',
    by: 'scalingRows(',
    part: true,
  },
  {
    of: /^npm run bench -- planning/,
    test: 'bench/experiments.test.ts',
    by: 'plannedRow(',
    part: true,
  },
  { of: /^npm run bench -- search/, test: 'bench/search.test.ts', by: 'searchTable(' },
  { of: /^npm run bench -- nightly/, test: 'bench/nightly.test.ts', by: 'quietNights(' },
  { of: /^npm run bench -- nights/, test: 'bench/nights.test.ts', by: 'describeNights(' },
  { of: /^npm run bench -- comparison/, test: 'bench/comparison.test.ts', by: 'coverageTable(' },
  {
    of: /^npm run bench -- turns-coverage/,
    test: 'bench/turns-coverage.test.ts',
    by: 'coverageInTurns(',
  },
  {
    of: /^npm run bench -- turns/,
    ...{ test: 'lab/measure/turns/paired-blocks.test.ts', part: true },
    by: 'measureArms(',
  },
  { of: /^npm run bench -- changes/, test: 'bench/changes.test.ts', by: 'foundSoon(' },
  { of: /^npm run bench -- inputs/, test: 'bench/inputs.test.ts', by: 'measureInputs(' },
  { of: /^npm run bench -- micro/, test: 'bench/rivals/rivals.test.ts', by: 'rival(', part: true },
  {
    of: /^npm run bench -- (generator|instrumentation)/,
    ...{ test: 'bench/side-by-side.test.ts', by: 'orderOf(', part: true },
  },
  { of: /^npm run bench -- pictures/, test: 'bench/pictures.test.ts', by: 'showsNow[subject]()' },
  { of: /^npm run bench -- effort/, test: 'bench/effort/running.test.ts', by: 'runningOf(' },
  { of: /^npm run bench -- NAME/, test: 'lab/verbs/bench.test.ts', by: 'Object.entries(benches)' },
];
const proofOf = (command: string): Proof | undefined => proofs.find(({ of }) => of.test(command));

describe('a documented command', () => {
  it('is found, in blocks and between backticks', () => {
    const found = new Set(documented.map(({ command }) => command));
    for (const command of ['npm start', 'docker compose up', `${labCommand}history`]) {
      expect(found).toContain(command);
    }
    const some = '    npm start  # takes 4 minutes\n\nSee `npm run lab --\nlist`, takes 2 s.\n';
    expect(commandsIn('a', some)).toEqual([
      { file: 'a', line: 1, command: 'npm start', takes: 'takes 4 minutes' },
      { file: 'a', line: 3, command: `${labCommand}list`, takes: 'takes 2 s' },
    ]);
  });

  it('is run here, or by a test that is named, or is nobody’s and fails', () => {
    const unproved = documented.filter(({ command }) => !isReader(command) && !proofOf(command));
    expect(unproved).toEqual([]);
  });

  it('says somewhere how long it takes, where only its short form or a part is run', () => {
    const timed = new Set(documented.flatMap(({ command, takes }) => (takes ? command : [])));
    const silent = documented
      .filter(({ command }) => !isReader(command))
      .filter(({ command }) => proofOf(command)?.long ?? proofOf(command)?.part)
      // What the reader is to fill in, or what is short by itself.
      .filter(({ command }) => !/--quick|NAME/.test(command) && !timed.has(command));
    expect(silent).toEqual([]);
  });

  it.each(proofs.map((proof) => ({ ...proof, is: proof.read ? 'read' : 'run' })))(
    '$of is $is by $test',
    ({ test, by }) => {
      // In this file the proof itself is one.
      const own = test === 'test/docs-commands.test.ts' ? 1 : 0;
      expect(textOf(test).split(by).length - 1).toBeGreaterThan(own);
    },
  );

  const toLab = [...new Set(documented.map(({ command }) => command))].filter((command) =>
    command.startsWith(labCommand),
  );

  it.each(toLab.filter((command) => !command.startsWith(`${labCommand}--`)))(
    '%s is understood by its parser',
    async (command) => {
      const [name = '', ...args] = command
        .slice(labCommand.length)
        .replaceAll('NAME', 'tour')
        .replaceAll(/"([^"]*)"/g, 'quoted')
        // An app's file is its name by the time that a verb reads the command.
        .replaceAll(/\S*headroom\.yaml\S*/g, 'express')
        .split(' ');
      const program = new Command().exitOverride();
      const { register } = await import(join(rootDir, 'lab', verbs[name] ?? ''));
      register(program);
      const registered = program.commands.find((one) => one.name() === name);
      for (const one of [registered, ...(registered?.commands ?? [])]) {
        one?.exitOverride().action(() => {});
      }
      if (args.includes('--help')) return;
      expect(() =>
        program.parse([name, ...args], {
          from: 'user',
        }),
      ).not.toThrow();
    },
  );
});

describe('a command that reads what is on disk', () => {
  let lab: Lab;
  let ids: string[];
  beforeAll(async () => {
    lab = await Lab.create();
    await findBefore(lab.resultsDir);
    ids = listRunIds(lab.resultsDir);
    await appendToHistory(lab.resultsDir, nightFixture('2026-01-05'));
    const points = [1, 2, 4, 8, 12, 16, 24].map((n) => `${n},${(90 * n) / (1 + 0.05 * (n - 1))}`);
    writeFileSync(join(lab.folder, 'data.csv'), `n,x\n${points.join('\n')}\n`);
    for (const name of ['before.csv', 'after.csv', 'nights.csv']) {
      writeFileSync(join(lab.folder, name), `value\n${points.map((_, i) => 100 + i).join('\n')}\n`);
    }
  });
  afterAll(() => lab.remove());

  /** One of each shape: `show RUN` and `show TOUR` are the same to the lab. */
  const shapes = [
    ...new Map(
      documented
        .filter(({ command }) => isReader(command))
        .map(({ command }) => [command.replace(placeholder, 'RUN'), command]),
    ).values(),
  ];

  it.each(shapes)('%s', async (command) => {
    let next = 0;
    const typed = command
      .replaceAll('NAME', 'tour')
      .replace(placeholder, () => ids[next++ % ids.length] ?? '')
      .replaceAll(/\w+\.csv/g, (name) => join(lab.folder, name))
      // What these runs are made of is no document.
      .replaceAll(/docs\/([\w-]+\.html)/g, (_, name) => join(lab.folder, name));
    const env = { ...lab.env, HEADROOM_RESULTS: lab.resultsDir };
    const { exitCode, stdout, stderr } = await execa(typed, {
      ...{ cwd: rootDir, env, extendEnv: false, shell: true, reject: false },
    });
    expect(exitCode, stderr).toBe(0);
    // npm says first what it runs.
    const said = stdout.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('> '));
    expect(said).not.toEqual([]);
  });

  it('leaves the sample report as it was: of a tour, on a real database', () => {
    const sample = textOf('docs/sample-report.html');
    expect(sample).toMatch(/<h1>Tour of /);
    expect(sample).toContain('<dt>PostgreSQL</dt><dd>embedded');
  });

  it('npm run lab -- exporter, beside a database that somebody else keeps up', async () => {
    const startsExporter = lab.with({
      HEADROOM_STATISTICS_URL: 'postgres://postgres:password@127.0.0.1:1/postgres',
    });
    const running = startsExporter.start('exporter');
    await running.prints(/http:.*\/metrics/);
    const page = await fetch(`http://127.0.0.1:${lab.port('exporter')}/metrics`);
    expect(await page.text()).toMatch(/^pg_up 0$/m);
    running.signal('SIGTERM');
    await running.ended;
  });
});
