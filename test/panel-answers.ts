// Asks Prometheus every query of every dashboard over a span of time, as Grafana would.
import { dashboards } from '../grafana/src/catalogue';
import type { Condition } from '../grafana/src/model';
import { type Target, targetsOf } from '../grafana/src/targets';

/** A chart with more lines than this cannot be read; a table is sorted and scrolls. */
const mostSeries = { chart: 100, table: 300 };
const stepSeconds = 2;

export type Answer = Target & {
  dashboard: string;
  outcome: 'answered' | 'empty' | 'not finite' | 'too many series' | 'lacks labels' | 'refused';
  detail: string;
};

export async function askPanels(
  prometheusUrl: string,
  span: { fromSeconds: number; toSeconds: number },
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const dashboard of dashboards) {
    for (const target of targetsOf(dashboard)) {
      const result = await askTarget(prometheusUrl, target, span);
      answers.push({ dashboard: dashboard.title, ...target, ...result });
    }
  }
  return answers;
}

/** Queries without an answer that should have one here, a line each. */
export function unanswered(answers: readonly Answer[], absent: readonly Condition[]): string[] {
  return answers
    .filter(({ outcome, when }) => {
      const isExcused = outcome === 'empty' && when !== undefined && absent.includes(when);
      return outcome !== 'answered' && !isExcused;
    })
    .map(sayAnswer);
}

/** What was answered and what had no source here, for the log of the test. */
export function renderAnswers(answers: readonly Answer[]): string {
  const answered = answers.filter(({ outcome }) => outcome === 'answered').length;
  const others = answers.filter(({ outcome }) => outcome !== 'answered').map(sayAnswer);
  return [`${answered} of ${answers.length} panel queries answered live`, ...others].join('\n');
}

const sayAnswer = ({ dashboard, panel, refId, outcome, detail, when }: Answer): string =>
  `${dashboard} > ${panel} ${refId}: ${outcome}${when ? ` (exists only when: ${when})` : ''} ${detail}`.trim();

type RangeAnswer = {
  status: string;
  error?: string;
  data?: {
    result: {
      metric: Record<string, string>;
      values?: [number, string][];
      histograms?: unknown[];
    }[];
  };
};

async function askTarget(
  prometheusUrl: string,
  { expr, labels = [], instant }: Target,
  { fromSeconds, toSeconds }: { fromSeconds: number; toSeconds: number },
): Promise<Pick<Answer, 'outcome' | 'detail'>> {
  const query = new URLSearchParams({
    query: expr,
    start: String(fromSeconds),
    end: String(toSeconds),
    step: String(stepSeconds),
  });
  const response = await fetch(`${prometheusUrl}/api/v1/query_range?${query}`);
  const { status, error, data } = (await response.json()) as RangeAnswer;
  if (status !== 'success' || data === undefined) {
    return { outcome: 'refused', detail: `${error}: ${expr}` };
  }
  const { result } = data;
  if (result.length === 0) return { outcome: 'empty', detail: '' };
  if (result.length > mostSeries[instant ? 'table' : 'chart']) {
    return { outcome: 'too many series', detail: String(result.length) };
  }
  // A sum by a label that nothing has drops it without a word.
  const lacking = labels.filter((label) => !result.some(({ metric }) => metric[label]));
  if (lacking.length > 0) return { outcome: 'lacks labels', detail: lacking.join(', ') };
  const hasNumbers = result.some(
    ({ values = [], histograms = [] }) =>
      histograms.length > 0 || values.some(([, value]) => Number.isFinite(Number(value))),
  );
  return { outcome: hasNumbers ? 'answered' : 'not finite', detail: '' };
}
