// What every experiment brings, beside its command and its measuring.
import type { z } from 'zod';
import type { RunKind } from '../measure/conductor';
import type { Section } from '../render/page/shell';
import type { Slide } from '../render/slides/model';
import type { ExperimentAnswer, ReportedRun } from '../results/reported-run';
import type { RunRecord } from '../results/schemas';
import type { DesignedTrial } from '../results/trial/designed';

/**
 * One kind of experiment. What needs ECharts or PowerPoint is imported when it is called
 * (`await import('./html.ts')`), so that printing a run loads neither.
 */
export type Experiment<Design, Result extends ExperimentAnswer> = RunKind & {
  /** What run.json keeps of the question. */
  design: z.ZodType<Design>;
  /** Pure: the same question and the same trials give the same answer, also a year later. */
  analyse(design: Design, trials: readonly DesignedTrial[], run: RunRecord): Result;
  /** Tables for the terminal, without the sentences, which stand below them. */
  text(result: Result): string;
  /** Sections of report.html, after the answer. */
  sections(result: Result, run: RunRecord): Promise<Section[]>;
  /** The most important first; a run that has none says its sentences. */
  slides(reported: ReportedRun, result: Result): Promise<Slide[]>;
};
