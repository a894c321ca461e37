// When each trial and step of a run was on, and the cores that each part used meanwhile.

import type { ReportedRun } from '../../results/reported-run';
import type { UsageSample } from '../../results/schemas';
import type { CpuPart } from '../../results/trial/machine-use';
import type { TrialResult } from '../../results/trial/result';
import { formatLoad, plural } from '../format';
import { countedSteps } from '../shown-trials';

export type Span = { fromS: number; toS: number };
/** Whose figures they are: of an app, or of two together that took turns. */
export type Whose = { app: string; rival?: string };
export type Phase = Span & Whose & { label: string };
export type TimedStep = Span &
  Whose & {
    offeredRps: number | null;
    achievedRps: number;
    warmup: boolean;
    void: boolean;
  };
export type Timeline = { phases: Phase[]; steps: TimedStep[]; cores: Cores[]; toS: number };
/** Cores in use between two readings; null where this runtime cannot see them. */
export type Cores = Span & Whose & Record<Seen, number | null>;
export type Seen = 'subject' | 'database' | 'generator' | 'others';

/** Readings closer than this are taken together: the kernel counts in hundredths of a second. */
const leastSeconds = 0.9;

/** Null when no trial left anything to put on a time axis. */
export function timelineOf({ trials, found }: ReportedRun): Timeline | null {
  const starts = trials.flatMap(({ summary }) =>
    (summary?.steps ?? []).flatMap(({ startedAtMs }) => startedAtMs ?? []),
  );
  if (starts.length === 0) return null;
  const zeroMs = Math.min(...starts);
  const seconds = (atMs: number) => (atMs - zeroMs) / 1000;
  const phases: Phase[] = [];
  const steps: TimedStep[] = [];
  const cores: Cores[] = [];
  trials.forEach(({ plan, summary, server }, index) => {
    const trial = found.trials[index];
    const { purpose, steps: results = [] } = trial ?? {};
    const spans = (summary?.steps ?? []).flatMap(({ name, startedAtMs, durationSeconds }) => {
      const result = results.find((candidate) => candidate.name === name);
      if (startedAtMs === null || result === undefined || result.requests === 0) return [];
      // A check ends when it is done; its step says only how long it may take.
      const lasts =
        purpose === 'check' ? (server?.usage.at(-1)?.atMs ?? 0) - startedAtMs : Infinity;
      const fromS = seconds(startedAtMs);
      const toS = fromS + Math.min(durationSeconds, Math.max(1, lasts / 1000));
      return [{ fromS, toS, result }];
    });
    const [first, last] = [spans[0], spans.at(-1)];
    if (first === undefined || last === undefined) return;
    if (trial === undefined) return;
    const { app, rival } = trial;
    const whose: Whose = { app, ...(rival !== undefined && rival !== app && { rival }) };
    const label = plan.turns ? 'in turns' : labelOf(trial, found.experiment !== undefined);
    phases.push({ ...whose, label, fromS: first.fromS, toS: last.toS });
    for (const reading of coresOf(whose, server?.usage ?? [], seconds)) cores.push(reading);
    if (purpose === 'check') return;
    steps.push(
      ...spans.map(({ result, ...span }) => ({
        ...span,
        ...whose,
        offeredRps: result.offeredRps,
        achievedRps: result.achievedRps,
        warmup: result.warmup,
        void: !result.warmup && purpose === 'measure' && result.validity.state === 'void',
      })),
    );
  });
  const toS = Math.max(...phases.map((phase) => phase.toS));
  return phases.length > 0 ? { phases, steps, cores, toS } : null;
}

/** An experiment's trials are all of one scenario: what tells them apart is the load. */
function labelOf(trial: TrialResult, isOfExperiment: boolean): string {
  const { purpose, scenario } = trial;
  if (purpose === 'probe') return 'calibration';
  const [step, another] = countedSteps(trial);
  const isOneLoad = isOfExperiment && purpose === 'measure' && another === undefined;
  if (!isOneLoad || step === undefined) return scenario;
  return step.users === null ? `${formatLoad(step)}/s` : plural(step.users, 'user');
}

function coresOf(
  whose: Whose,
  usage: readonly UsageSample[],
  seconds: (atMs: number) => number,
): Cores[] {
  const cores: Cores[] = [];
  let from = usage[0];
  for (const to of usage.slice(1)) {
    if (from === undefined || to.atMs - from.atMs < leastSeconds * 1000) continue;
    const lasted = (to.atMs - from.atMs) / 1000;
    const before = from;
    const used = (part: CpuPart) => {
      const [start, end] = [before[part], to[part]];
      return start === null || end === null ? null : Math.max(0, (end - start) / lasted);
    };
    const own = (['subject', 'database', 'generator', 'lab'] as const).map(used);
    const machine = used('machine');
    const others =
      machine === null || own.includes(null)
        ? null
        : Math.max(
            0,
            own.reduce<number>((left, part) => left - (part ?? 0), machine),
          );
    cores.push({
      ...whose,
      fromS: seconds(before.atMs),
      toS: seconds(to.atMs),
      subject: used('subject'),
      database: used('database'),
      generator: used('generator'),
      others,
    });
    from = to;
  }
  return cores;
}
