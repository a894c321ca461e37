// The variables of dashboards, and how an expression is filled in with their values.

const variableNames = ['app', 'run', 'workload', 'replica'] as const;
export type VariableName = (typeof variableNames)[number];

export type Variable = {
  name: VariableName;
  label: string;
  description: string;
  /** Where its values come from, in Grafana's words for Prometheus. */
  query: string;
  newestFirst?: true;
};

/** Stands for all values; matches no series that lacks the label. */
export const everything = '.+';

const variables: readonly Variable[] = [
  {
    name: 'app',
    label: 'App',
    description: 'Which app. Everything is filtered by it.',
    query: 'label_values(up{app!=""}, app)',
  },
  {
    name: 'run',
    label: 'Run',
    description: 'Whose load. Filters what k6 sends; the servers do not know of runs.',
    query: 'label_values(k6_http_reqs_total{app=~"$app"}, run)',
    newestFirst: true,
  },
  {
    name: 'workload',
    label: 'Workload',
    description: 'Which mix of requests. Filters what k6 sends; the servers do not know of it.',
    query: 'label_values(k6_http_reqs_total{app=~"$app",run=~"$run"}, workload)',
  },
  {
    name: 'replica',
    label: 'Replica',
    description: "One of an app's processes or containers, by the address of its metrics page.",
    query: 'label_values(up{app=~"$app"}, instance)',
  },
];

/** What Grafana puts in by itself. */
const builtIns = ['__rate_interval', '__range'] as const;

export type Values = Record<VariableName | (typeof builtIns)[number], string>;

/**
 * Scrapes and pushes are 2 s apart: every window of 5 s has two of them at the least, and it is
 * short enough to see a step of a few seconds. Grafana's shortest $__rate_interval is four times
 * the scrape interval that the data source is told, so it is told a quarter of this.
 */
export const windowSeconds = 5;

export const allValues: Values = {
  app: everything,
  run: everything,
  workload: everything,
  replica: everything,
  __rate_interval: `${windowSeconds}s`,
  __range: '300s',
};

/** An error names a variable that is not one: Prometheus would only find a syntax error. */
export function fillIn(expr: string, values: Values): string {
  return expr.replaceAll(
    /\$(\w+)|\$\{[^}]*\}|\[\[\w+\]\]/g,
    (written, name: string | undefined) => {
      if (name !== undefined && Object.hasOwn(values, name)) return values[name as keyof Values];
      throw new Error(
        `${written} in ${expr} is no variable: expected one of ${Object.keys(values)}`,
      );
    },
  );
}

/** The variables that a text mentions, and those that their own queries mention. */
export function variablesIn(texts: readonly string[]): Variable[] {
  const mentioned = new Set<string>();
  const look = (text: string): void => {
    for (const { name, query } of variables) {
      if (!mentioned.has(name) && new RegExp(`\\$${name}\\b`).test(text)) {
        mentioned.add(name);
        look(query);
      }
    }
  };
  texts.forEach(look);
  return variables.filter(({ name }) => mentioned.has(name));
}
