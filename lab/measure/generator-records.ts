// What generators that share a load told the lab while it ran, and what they saw together.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Plan, Summary } from '../../contract/plan';
import { writeGenerators } from '../results/run-folder';
import { type GeneratorRecord, summarySchema } from '../results/schemas';
import { mergeSummaries } from '../results/trial/merge';
import type { Generator } from '../runtime/runtime';

type Told = { step?: string; ms?: number[]; clockOffsetMs?: number };

export class GeneratorRecords {
  private readonly latencies: Record<string, number[]>[];
  private readonly offsets: (number | null)[];
  private endings: GeneratorRecord['ending'][] = [];

  constructor(private readonly count: number) {
    const each = Array.from({ length: count });
    this.latencies = each.map(() => ({}));
    this.offsets = each.map(() => null);
  }

  /** @param generator from 1 */
  told(generator: number, { step, ms, clockOffsetMs }: Told): void {
    if (clockOffsetMs !== undefined) this.offsets[generator - 1] = clockOffsetMs;
    const own = this.latencies[generator - 1];
    if (own === undefined || step === undefined || ms === undefined) return;
    own[step] ??= [];
    for (const each of ms) own[step].push(each);
  }

  async ended({ endings = [] }: Generator): Promise<void> {
    this.endings = await Promise.all(endings);
  }

  /** Writes what each did, and in place of one k6 the summary of all. */
  write(
    plan: Plan & { summaryPath: string },
    trialPath: string,
    save: (merged: Summary) => void,
  ): void {
    const generators = Array.from({ length: this.count }, (_, index): GeneratorRecord => {
      const steps = Object.entries(this.latencies[index] ?? {});
      return {
        number: index + 1,
        ending: this.endings[index] ?? { code: null, signal: null },
        clockOffsetMs: this.offsets[index] ?? null,
        summary: summaryIn(`${plan.summaryPath}.${index + 1}`),
        told: Object.fromEntries(steps.map(([step, ms]) => [step, ms.length])),
      };
    });
    writeGenerators(trialPath, generators, this.latencies);
    const merged = mergeSummaries(
      plan,
      generators.flatMap(({ summary }) => summary ?? []),
      this.latencies,
    );
    if (merged !== null) save(merged);
  }
}

/** Half a file is worth nothing: k6 was killed while it wrote. */
function summaryIn(path: string): GeneratorRecord['summary'] {
  if (!existsSync(path)) return null;
  try {
    return summarySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  } finally {
    rmSync(path);
  }
}
