// What a run is called: at the top of its report, and on the first of its slides.
import { appTitle } from '../results/findings';
import type { ReportedRun } from '../results/reported-run';

/** One run, or several side by side. */
export function titleOf(runs: readonly ReportedRun[]): string {
  const [only, another] = runs;
  if (only === undefined) throw new RangeError('a report needs a run');
  if (another !== undefined) return `${runs.length} runs side by side`;
  const { run } = only;
  const apps = [...new Set(run.subjects.map(({ app }) => appTitle(app)))].join(' and ');
  return `${subjectOf(run, apps)}${workloadsOf(only)}`;
}

/** By kind, what a run is about. */
function subjectOf({ kind, design, trials }: ReportedRun['run'], apps: string): string {
  switch (kind) {
    case 'run':
      return `${capital(trials.at(-1)?.scenario ?? kind)} of ${apps}`;
    case 'scale':
      return `How ${apps} scales by ${design?.kind === 'scale' ? design.by : 'levels'}`;
    case 'capacity':
      return `How much ${apps} ${apps.includes(' and ') ? 'carry' : 'carries'}`;
    case 'compare':
      return `${apps} compared`;
    case 'noise':
      return `${apps} against itself`;
    case 'nightly':
      return `A night of ${apps}`;
    case 'plan':
      return `A plan for ${apps}`;
    case 'validation':
      return `The plan for ${apps}, measured`;
    case 'claims':
      return 'The claims, tested';
    default:
      return `${capital(kind)} of ${apps}`;
  }
}

const capital = (text: string): string => text.replace(/^./, (first) => first.toUpperCase());

/** A tour has two, and a plan has its evidence's. */
function workloadsOf({ run, trials }: ReportedRun): string {
  const measured =
    run.design?.kind === 'plan' ? [String(run.design.workload)] : workloadsIn(trials);
  if (measured.length === 0 || run.kind === 'claims') return '';
  return `, ${measured.length === 1 ? 'workload' : 'workloads'} ${measured.join(' and ')}`;
}

const workloadsIn = (trials: ReportedRun['trials']): string[] => [
  ...new Set(trials.map(({ plan }) => plan.workload)),
];
