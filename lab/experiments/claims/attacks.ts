// The conformance suite's attacks on both apps, counted by kind: each app alone, on a fresh process and
// a reset database. The cases and their runner are those of the tests. Runs of this kind are recorded
// as 'probes'.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { JsonTestResults } from 'vitest/node';
import { z } from 'zod';
import type { Subject as Target } from '../../../contract/conformance/subjects';
import { environmentError, Interrupted, LabError } from '../../errors';
import { type RunContext, runExperiment } from '../../measure/conductor';
import { isNeverVoid } from '../../measure/void-run';
import { rootDir } from '../../paths';
import { type Table, table } from '../../render/view';
import { appTitle } from '../../results/findings';
import { answerSchema } from '../../results/reported-run';
import type { RunFolder } from '../../results/run-folder';
import { subjectOf } from '../../runtime/subject';
import { clopperPearsonInterval } from '../../statistics/intervals';
import type { Experiment } from '../experiment';
import { type ClaimedApp, claimedApps, type Figure } from './design';
import { countedFigure } from './figures';

const attackOutcome = z.strictObject({
  app: z.enum(claimedApps),
  /** Kind and attempt, "CSRF: a token in the address is none". */
  name: z.string(),
  /** Null: repelled; otherwise what was seen. */
  broken: z.string().nullable(),
});
type AttackOutcome = z.infer<typeof attackOutcome>;

const attacksDesign = z.strictObject({
  kind: z.literal('probes'),
  outcomes: z.array(attackOutcome),
});
type AttacksDesign = z.infer<typeof attacksDesign>;

const attackCountSchema = z.strictObject({
  app: z.string(),
  kind: z.string(),
  tried: z.number(),
  through: z.array(attackOutcome),
});
type AttackCount = z.infer<typeof attackCountSchema>;

const attacksResultSchema = answerSchema.extend({
  kind: z.literal('probes'),
  counts: z.array(attackCountSchema),
});
export type AttacksResult = z.infer<typeof attacksResultSchema>;

export const attacks: Experiment<AttacksDesign, AttacksResult> = {
  kind: 'probes',
  design: attacksDesign,
  result: attacksResultSchema,
  analyse: analyseAttacks,
  isVoid: isNeverVoid,
  view: (result) => [{ id: 'attacks', title: 'Attacks', blocks: [attacksTable(result)] }],
};

export function analyseAttacks({ outcomes }: AttacksDesign): AttacksResult {
  const byApp = Map.groupBy(outcomes, ({ app }) => app);
  const counts = [...byApp].flatMap(([app, own]) =>
    // The kind of attack is what stands before the first colon.
    [...Map.groupBy(own, ({ name }) => name.split(': ')[0] ?? name)].map(
      ([kind, same]): AttackCount => ({
        app,
        kind,
        tried: same.length,
        through: same.filter(({ broken }) => broken !== null),
      }),
    ),
  );
  return {
    kind: 'probes',
    counts,
    sentences: [...byApp].map(([app, own]) => `${appTitle(app)}: ${describeThrough(own)}.`),
    warnings: [
      'An attack that gets through proves a hole; attacks that fail do not prove that there is none.',
      ...outcomes.flatMap(({ app, name, broken }) =>
        broken === null ? [] : `${appTitle(app)}, ${name}: ${broken}`,
      ),
    ],
  };
}

const describeThrough = (outcomes: readonly AttackOutcome[]): string =>
  `${outcomes.filter(({ broken }) => broken !== null).length} of ${outcomes.length} attacks got through`;

export const attackFigures = ({ counts }: AttacksResult): Figure[] =>
  counts.map(({ app, kind, tried, through }) => {
    const share = Math.ceil(100 * clopperPearsonInterval(through.length, tried)[1]);
    const title = `attacks by ${kind} on ${appTitle(app)} that got through, of ${tried} tried (95 %: up to ${share} % of such)`;
    return countedFigure(`${app}: ${kind}`, title, through.length, 'probes');
  });

const attacksTable = ({ counts }: AttacksResult): Table =>
  table({
    caption: 'What the conformance suite tried, by kind',
    columns: [
      { title: 'Kind of attack', is: 'words', cell: ({ kind }) => kind },
      { title: 'App', is: 'words', cell: ({ app }) => appTitle(app) },
      { title: 'Tried', cell: ({ tried }) => String(tried) },
      { title: 'Got through', cell: ({ through }) => String(through.length) },
    ],
    rows: counts,
  });

const vitest = join(rootDir, 'node_modules/vitest/vitest.mjs');
const config = join(rootDir, 'contract/conformance/probes.config.mts');
/** The group's title in contract/conformance/suite.ts. */
const group = 'shop: probes';

export function measureAttacks(setting: RunContext & { seed: number }): Promise<RunFolder> {
  // An image has no test runner.
  if (!existsSync(vitest)) {
    throw environmentError('The attacks need the development packages: run this in a clone.');
  }
  const { runtime, signal } = setting;
  const subjects = claimedApps.map((app) => ({
    ...subjectOf(app, 'default', runtime.subjectCores),
    app,
  }));
  const design: AttacksDesign = { kind: 'probes', outcomes: [] };
  const run = { ...setting, experiment: attacks, subjects, design };
  return runExperiment(run, async (conductor) => {
    const { folder } = conductor;
    const outcomes: AttackOutcome[] = [];
    for (const subject of subjects) {
      const { app } = subject;
      const attempt = async (file: string, names?: readonly string[]): Promise<Case[]> => {
        const { baseUrl, metricsUrls } = await runtime.start(subject);
        const metricsUrl = metricsUrls[0] ?? '';
        const target = { app, baseUrl, metricsUrl, databaseUrl: runtime.superuserUrl(app) };
        await attack(target, file, names, signal);
        await runtime.stopSubject(app);
        return casesIn(file);
      };
      const first = await attempt(join(folder.path, `probes-${app}.json`));
      const failed = first.flatMap(({ name, failure }) => (failure === null ? [] : name));
      const again =
        failed.length === 0
          ? []
          : await attempt(join(folder.path, `probes-${app}-again.json`), failed);
      const own = outcomesOf(app, first, again);
      outcomes.push(...own);
      folder.update({ design: { ...design, outcomes } });
      conductor.say(`${app}: ${describeThrough(own)}`);
    }
  });
}

/** As part of a pattern, which stands for itself. */
const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Of their names as the runner writes them; of all of the group, where none are given. */
export const patternOf = (names?: readonly string[]): string =>
  names ? `${group} > (${names.map(escaped).join('|')})$` : group;

/** @param names of cases; all of the group, where there are none */
async function attack(
  target: Target,
  file: string,
  names: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<void> {
  const args = ['--reporter=json', `--outputFile=${file}`, '--testNamePattern', patternOf(names)];
  const { exitCode, stderr, isCanceled } = await execa(
    process.execPath,
    [vitest, 'run', '--config', config, ...args],
    {
      cwd: rootDir,
      env: { HEADROOM_CONFORMANCE: JSON.stringify([target]) },
      stdin: 'ignore',
      stdout: 'ignore',
      cancelSignal: signal,
      reject: false,
    },
  );
  if (isCanceled || signal.aborted) throw new Interrupted();
  // The runner exits with 1 if a case failed; the file says which, and how.
  if ((exitCode === 0 || exitCode === 1) && existsSync(file)) return;
  throw new LabError(1, `The attacks on ${target.app} ended with ${exitCode}: ${stderr.trim()}`);
}

/** A case as it ended: null where the app answered as it must, otherwise the first line of the failure. */
type Case = { name: string; failure: string | null };

/** A skipped case was not tried and is not counted. */
function casesIn(file: string): Case[] {
  const report = JSON.parse(readFileSync(file, 'utf8')) as JsonTestResults;
  const tried = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ ancestorTitles }) => ancestorTitles.includes(group))
    .filter(({ status }) => status === 'passed' || status === 'failed');
  if (tried.length === 0) throw new LabError(1, `${file} has no case of "${group}".`);
  return tried.map(({ title, status, failureMessages }) => ({
    name: title,
    failure: status === 'passed' ? null : (failureMessages?.[0]?.split('\n')[0] ?? 'failed'),
  }));
}

/** What was expected of an answer did not come; a time-out or a refused connection is no answer. */
const isAssertion = (failure: string): boolean => failure.startsWith('AssertionError');

/**
 * An attack got through where the app answered wrong both times, on two processes and two databases, and was
 * repelled where it could only be carried out the second time.
 *
 * @param again the cases of `first` that failed, once more
 * @throws environmentError where the two leave open what the app does
 */
export function outcomesOf(
  app: ClaimedApp,
  first: readonly Case[],
  again: readonly Case[],
): AttackOutcome[] {
  return first.map(({ name, failure }) => {
    if (failure === null) return { app, name, broken: null };
    const second = again.find((one) => one.name === name);
    if (second?.failure === null && !isAssertion(failure)) return { app, name, broken: null };
    if (second?.failure && isAssertion(failure) && isAssertion(second.failure)) {
      return { app, name, broken: second.failure };
    }
    const then = second ? (second.failure ?? 'repelled') : 'not carried out';
    throw environmentError(
      `Whether ${appTitle(app)} repels "${name}" is not known: ${failure}; once more, on a fresh process: ${then}. Measure again on an idle machine.`,
    );
  });
}
