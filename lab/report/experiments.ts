// The kinds of experiment: how each is analysed, printed and drawn. One entry a kind.
import type { DesignedTrial, ExperimentResult } from '../analysis/experiment';
import type { TrialResult } from '../analysis/findings';
import type { RunRecord } from '../store/schemas';
import type { Markup } from './html/markup';

type Kind = {
  analyse(
    design: NonNullable<RunRecord['design']>,
    trials: readonly DesignedTrial[],
    run: RunRecord,
  ): ExperimentResult;
  /** Tables for the terminal, without the sentences, which stand below them. */
  renderText(result: ExperimentResult, run: RunRecord): string;
  /** Sections of report.html, after the answer. */
  sections(result: ExperimentResult, run: RunRecord): { id: string; title: string; body: Markup }[];
};

const kinds: Record<string, Kind> = {};

/** Undefined for a run that asked nothing beyond its trials. */
export function analyseExperiment(
  run: RunRecord,
  results: readonly TrialResult[],
): ExperimentResult | undefined {
  const { design } = run;
  const kind = design === null ? undefined : kinds[design.kind];
  if (design === null || kind === undefined) return undefined;
  const planned = new Map(run.trials.map((trial) => [trial.number, trial]));
  const trials = results.map((result): DesignedTrial => {
    const { subject, arm, block, level } = planned.get(result.number) ?? {};
    return {
      ...result,
      subject: subject ?? run.subjects.findIndex(({ app }) => app === result.app),
      ...(arm !== undefined && { arm }),
      ...(block !== undefined && { block }),
      ...(level !== undefined && { level }),
    };
  });
  return kind.analyse(design, trials, run);
}

export const experimentText = (result: ExperimentResult, run: RunRecord): string =>
  kinds[result.kind]?.renderText(result, run) ?? '';

export const experimentSections = (result: ExperimentResult, run: RunRecord) =>
  kinds[result.kind]?.sections(result, run) ?? [];
