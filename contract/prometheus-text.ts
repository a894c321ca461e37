// Prometheus' text format 0.0.4, sample by sample: for the conformance suite, which is strict about
// the page around them, and for the lab, which sums them.
// https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
//
// Written by hand: parse-prometheus-text-format merges the series of a histogram that has labels,
// keeps one of two samples without labels, and reads an exemplar as a timestamp.

export type Labels = Record<string, string>;
export type Sample = {
  name: string;
  labels: Labels;
  value: number;
  /** Only where the page gives one. */
  timestampMs?: number;
};

const labelName = String.raw`[a-zA-Z_]\w*`;
const labelValue = String.raw`"(?:[^"\\\n]|\\["\\n])*"`;
const inBraces = String.raw`(?:${labelName}=${labelValue}(?:,|(?=\})))*`;
/** An exemplar (OpenMetrics) may end the line, and is left out. */
const sampleLine = new RegExp(
  String.raw`^([a-zA-Z_:][\w:]*)(?:\{(${inBraces})\})? (\S+)(?: (-?\d+))?(?: # \{.*)?$`,
);
const eachLabel = new RegExp(`(${labelName})=(${labelValue})`, 'g');

/**
 * The samples of a page by name. Each name's are read when they are first asked for: most of a long
 * page is buckets, which few ask for.
 *
 * @returns a function that throws an Error naming a line which is not in the format
 */
export function samplesByName(page: string): (name: string) => Sample[] {
  const lines = Map.groupBy(page.split('\n'), (line) => /^[^{ ]*/.exec(line)?.[0]);
  const read = new Map<string, Sample[]>();
  return (name) => {
    const samples = read.get(name) ?? (lines.get(name) ?? []).map(requireSample);
    read.set(name, samples);
    return samples;
  };
}

function requireSample(line: string): Sample {
  const sample = parseSample(line);
  if (sample === undefined) throw new Error(`"${line}" of a metrics page: not NAME{LABELS} VALUE`);
  return sample;
}

/** Undefined where the line is not one sample. */
export function parseSample(line: string): Sample | undefined {
  const [, name, written = '', number = '', timestamp] = sampleLine.exec(line) ?? [];
  const value = parseValue(number);
  if (name === undefined || value === undefined) return undefined;
  const pairs = [...written.matchAll(eachLabel)].map(
    ([, key = '', quoted = '']) => [key, unquote(quoted)] as const,
  );
  const sample = { name, labels: Object.fromEntries(pairs), value };
  if (Object.keys(sample.labels).length < pairs.length) return undefined; // A name given twice.
  return timestamp === undefined ? sample : { ...sample, timestampMs: Number(timestamp) };
}

const unquote = (quoted: string): string =>
  quoted.slice(1, -1).replaceAll(/\\(.)/g, (_, char) => (char === 'n' ? '\n' : char));

const notFinite = new Map([
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
  ['NaN', Number.NaN],
]);

/** Of a sample or of a bucket's bound; undefined where it is no number. */
export function parseValue(written: string): number | undefined {
  const value = written === '' ? Number.NaN : Number(written);
  return Number.isFinite(value) ? value : notFinite.get(written);
}

/** Sum of those that carry all of these labels, whatever others they carry. */
export function sumOfSamples(samples: readonly Sample[], wanted: Readonly<Labels> = {}): number {
  const pairs = Object.entries(wanted);
  return samples
    .filter(({ labels }) => pairs.every(([key, value]) => labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
