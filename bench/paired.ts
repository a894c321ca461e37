// Figures of two arms, measured in blocks, each as a ratio with its 95 % interval.
import { type Comparison, compare } from '../lab/statistics/comparison';
import type { Sample } from '../lab/statistics/contrast';
import { renderTable } from './table';

/** Every run of each arm, by the name of the figure, labelled with its block. */
export type PairedRuns = Map<string, { a: Sample[]; b: Sample[] }>;

export type PairedRow = { name: string; a: number; b: number; comparison: Comparison };

/** @param better whether a higher figure is the better one */
export function comparePaired(
  runs: PairedRuns,
  better: 'higher' | 'lower' = 'higher',
): PairedRow[] {
  return [...runs].map(([name, { a, b }]) => ({
    name,
    a: geometricMean(a),
    b: geometricMean(b),
    comparison: compare(a, b, { better }),
  }));
}

/** Figures by arm, B over A with its interval, and what the comparison warns of. */
export function renderPaired(
  rows: readonly PairedRow[],
  titles: { figure: string; a: string; b: string },
): string {
  const table = renderTable(
    [titles.figure, titles.a, titles.b, 'ratio (95 %)', 'verdict', 'runs per arm'],
    rows.map(({ name, a, b, comparison }) => [
      name,
      a.toPrecision(4),
      b.toPrecision(4),
      ratioWithInterval(comparison),
      inWords(comparison, titles),
      comparison.n.a,
    ]),
  );
  const warnings = new Set(rows.flatMap(({ comparison }) => comparison.warnings));
  return [table, ...[...warnings].map((warning) => `  ${warning}`)].join('\n');
}

/** `1.04 (1.01 to 1.07)`; `?` for an end that too few runs leave open. */
export function ratioWithInterval({ ratio, interval }: Comparison): string {
  const [low, high] = interval.map((end) => (end === null ? '?' : end.toFixed(3)));
  return `${ratio.toFixed(3)} (${low} to ${high})`;
}

function inWords({ verdict }: Comparison, { a, b }: { a: string; b: string }): string {
  if (verdict === 'a-faster') return `${a} better`;
  if (verdict === 'b-faster') return `${b} better`;
  return verdict.replaceAll('-', ' ');
}

/** What the ratio is a ratio of: means on the log scale. */
export function geometricMean(runs: readonly Sample[]): number {
  return Math.exp(runs.reduce((sum, { value }) => sum + Math.log(value), 0) / runs.length);
}
