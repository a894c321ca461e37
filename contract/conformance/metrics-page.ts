// A strict reader of metrics pages. Scrapers forgive much; a contract should not: each family is
// described once and stands in one place, each series is given once, with a number and no timestamp.
import { parseSample, type Sample } from '../prometheus-text';

export type Family = { name: string; type: string; help: string; samples: Sample[] };
export type MetricsPage = Map<string, Family>;

const types = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const histogramSuffixes = ['_bucket', '_sum', '_count'];

/** Reads a page; an error names the line that breaks the format. */
export function parseMetricsPage(text: string): MetricsPage {
  const page: MetricsPage = new Map();
  const seen = new Set<string>();
  let family: Family | undefined;
  if (!text.endsWith('\n')) throw new Error('the metrics page does not end with a line end');

  for (const [index, line] of text.split('\n').entries()) {
    const fail = (fault: string): never => {
      throw new Error(`line ${index + 1} of the metrics page, "${line}": ${fault}`);
    };
    if (line === '') continue;
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword) {
      if (family?.name !== name) {
        if (page.has(name)) fail(`${name} was described before`);
        family = { name, type: '', help: '', samples: [] };
        page.set(name, family);
      }
      if (family.samples.length > 0) fail('a description must stand before the samples');
      if (keyword === 'TYPE' && !types.includes(rest)) fail(`"${rest}" is no type`);
      family[keyword === 'TYPE' ? 'type' : 'help'] = rest;
    } else if (!line.startsWith('#')) {
      const sample = parseSample(line);
      if (!sample || Number.isNaN(sample.value) || 'timestampMs' in sample) {
        return fail('expected NAME{LABELS} VALUE');
      }
      if (!family || !belongs(sample.name, family)) return fail('it belongs to no family above it');
      if (family.type === '' || family.help === '') fail('its family lacks HELP or TYPE');
      const series = seriesOf(sample);
      if (seen.has(series)) fail('this series was given before');
      seen.add(series);
      family.samples.push(sample);
    }
  }
  return page;
}

function belongs(name: string, family: Family): boolean {
  return family.type === 'histogram'
    ? histogramSuffixes.some((suffix) => name === family.name + suffix)
    : name === family.name;
}

export const seriesOf = ({ name, labels }: Pick<Sample, 'name' | 'labels'>): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .sort()
    .join(',')}}`;
