// What a run says: read from disk once, analysed once, written down, and ready to be printed.
import { screenOf } from '../cli/options';
import type { Conclusion } from '../cli/with-lab';
import { plural } from '../render/format';
import { findings } from '../results/findings';
import type { RunFolder } from '../results/run-folder';
import { type RunRecord, schemaVersion } from '../results/schemas';
import { renderReport, renderRun } from './documents';
import { describeEnding, describeWeight } from './ending';
import { analyseExperiment, type ReportedRun, type RunFindings } from './index';

/** Reads a run from disk and analyses it. */
export const reportedRun = (folder: RunFolder): ReportedRun =>
  analysedRun(folder.run, folder.trials());

/** What a run says, given its record and its raw results. */
export function analysedRun(run: RunRecord, trials: ReportedRun['trials']): ReportedRun {
  const planned = new Map(run.trials.map((trial) => [trial.number, trial]));
  const measured = findings(
    trials.map((trial) => ({
      ...trial,
      purpose: planned.get(trial.number)?.purpose ?? 'measure',
    })),
  );
  const experiment = analyseExperiment(run, measured.trials);
  const { sentences, warnings } = experiment ?? measured;
  return {
    run,
    trials,
    found: {
      ...measured,
      // The ranges of a tour say nothing of subjects that differ in more than their app.
      ...(experiment && { ranges: [], experiment }),
      sentences: [...describeEnding(run, measured.trials), ...sentences],
      warnings: [
        ...lostTrials(run, trials),
        ...measured.warnings,
        ...(experiment ? warnings : describeWeight(measured.trials)),
      ],
    },
  };
}

/** Somebody removed them, or they were left out of a copy. */
function lostTrials(run: RunRecord, trials: ReportedRun['trials']): string[] {
  const there = new Set(trials.map(({ number }) => number));
  const lost = run.trials.filter(({ number, state }) => state === 'done' && !there.has(number));
  if (lost.length === 0) return [];
  const numbers = lost.map(({ number }) => number).join(', ');
  return [
    `The files of ${plural(lost.length, 'trial')} of ${run.trials.length} are gone (${numbers}): all that is said here is said without them.`,
  ];
}

export const findingsOf = (folder: RunFolder): RunFindings => reportedRun(folder).found;

export const printed = (reported: ReportedRun, json: boolean): string =>
  json
    ? `${JSON.stringify({ run: reported.run, ...reported.found }, null, 2)}\n`
    : renderRun(reported, screenOf(process.stdout));

/**
 * Writes analysis.json and report.html, however the run ended: what was cut off leaves a report of what
 * it had until then.
 */
export async function conclude(folder: RunFolder): Promise<Conclusion & { found: RunFindings }> {
  const reported = reportedRun(folder);
  const { run, found } = reported;
  folder.write('analysis.json', { schemaVersion, ...found });
  folder.writeText('report.html', await renderReport([reported]));
  const isWrong = found.trials.some(({ failedChecks }) => Object.keys(failedChecks).length > 0);
  return {
    found,
    report: `${folder.path}/report.html`,
    exitCode: run.status === 'void' || isWrong ? 4 : 0,
    printed: (json) => printed(reported, json),
  };
}
