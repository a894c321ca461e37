// The conformance suite's attacks on both apps, one app at a time, each on a fresh process and a
// reset database. The cases are the tests' own, in their own runner: what a test holds an app to is
// what is counted here.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import type { Subject as Target } from '../../../contract/conformance/subjects';
import { environmentError, Interrupted, LabError } from '../../errors';
import { type RunContext, runExperiment } from '../../measure/conductor';
import { rootDir } from '../../paths';
import { readJson } from '../../results/json';
import type { RunFolder } from '../../results/run-folder';
import { type AppName, appNames, subjectOf } from '../../runtime/subject';
import type { ProbeOutcome, ProbesDesign } from './design';
import { probes } from './experiment';

const vitest = join(rootDir, 'node_modules/vitest/vitest.mjs');
const config = join(rootDir, 'contract/conformance/probes.config.mts');
/** The group's title in contract/conformance/suite.ts. */
const group = 'shop: probes';

export function probe(setting: RunContext & { seed: number }): Promise<RunFolder> {
  // An image has not got the test runner.
  if (!existsSync(vitest)) {
    throw environmentError('The probes need the packages for development: run this in a clone.');
  }
  const { runtime, signal } = setting;
  const subjects = appNames.map((app) => subjectOf(app, 'default', runtime.subjectCores));
  const design: ProbesDesign = { kind: 'probes', outcomes: [] };
  const run = { ...setting, experiment: probes, subjects, design };
  return runExperiment(run, async ({ folder, say }) => {
    const outcomes: ProbeOutcome[] = [];
    for (const subject of subjects) {
      const { app } = subject;
      const { baseUrl, metricsUrls } = await runtime.start(subject);
      const metricsUrl = metricsUrls[0] ?? '';
      const target = { app, baseUrl, metricsUrl, databaseUrl: runtime.superuserUrl(app) };
      const file = join(folder.path, `probes-${app}.json`);
      await attack(target, file, signal);
      const own = outcomesIn(file, app);
      outcomes.push(...own);
      folder.update({ design: { ...design, outcomes } });
      const through = own.filter(({ broken }) => broken !== null).length;
      say(`${app}: ${through} of ${own.length} attacks got through`);
      await runtime.stopSubject(app);
    }
  });
}

/** Ends with 1 where a case failed: which, and how, is in the file. */
async function attack(target: Target, file: string, signal: AbortSignal): Promise<void> {
  const args = ['--reporter=json', `--outputFile=${file}`, '--testNamePattern', group];
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
  if ((exitCode === 0 || exitCode === 1) && existsSync(file)) return;
  throw new LabError(1, `The probes of ${target.app} ended with ${exitCode}: ${stderr.trim()}`);
}

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** What was skipped was not tried, and counts for neither side. */
function outcomesIn(file: string, app: AppName): ProbeOutcome[] {
  const tried = readJson(file, reportSchema)
    .testResults.flatMap(({ assertionResults }) => assertionResults)
    .filter(({ ancestorTitles }) => ancestorTitles.includes(group))
    .filter(({ status }) => status === 'passed' || status === 'failed');
  if (tried.length === 0) throw new LabError(1, `${file} has no case of "${group}".`);
  return tried.map(({ title, status, failureMessages }) => ({
    app,
    name: title,
    broken: status === 'passed' ? null : (failureMessages?.[0]?.split('\n')[0] ?? 'failed'),
  }));
}
