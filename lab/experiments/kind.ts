// What a kind of experiment brings: its analysis, its tables and its sections of the page.

import type { Section } from '../render/page/section';
import type { RunRecord } from '../results/schemas';
import type { DesignedTrial } from '../results/trial/designed';
import type { ExperimentKind, Experiments } from './types';

export type Kind<K extends ExperimentKind> = {
  analyse(
    design: Experiments[K]['design'],
    trials: readonly DesignedTrial[],
    run: RunRecord,
  ): Experiments[K]['result'];
  /** Tables for the terminal, without the sentences, which stand below them. */
  renderText(result: Experiments[K]['result'], run: RunRecord): string;
  /** Sections of report.html, after the answer. */
  sections(result: Experiments[K]['result'], run: RunRecord): Section[];
};
