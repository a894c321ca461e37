import { describe, expect, test } from 'vitest';
import { parseSample, samplesByName, sumOfSamples } from './prometheus-text';

describe('a sample', () => {
  test.each([
    ['has a name and a value', 'a_total 3', { name: 'a_total', labels: {}, value: 3 }],
    ['may be written as Go writes floats', 'a 2.5e-3', { value: 0.0025 }],
    ['may be not a number', 'a NaN', { value: Number.NaN }],
    ['may be infinite', 'a{le="+Inf"} +Inf', { labels: { le: '+Inf' }, value: Infinity }],
    ['may be infinitely small', 'a -Inf', { value: -Infinity }],
    ['may have empty braces', 'a{} 1', { labels: {}, value: 1 }],
    ['may end its labels with a comma', 'a{x="1",y="2",} 1', { labels: { x: '1', y: '2' } }],
    ['may escape quotes', 'a{x="say \\"hi\\""} 1', { labels: { x: 'say "hi"' } }],
    ['may escape backslashes', 'a{x="C:\\\\new"} 1', { labels: { x: 'C:\\new' } }],
    ['may escape line ends', 'a{x="one\\ntwo"} 1', { labels: { x: 'one\ntwo' } }],
    [
      'may have braces and commas in a label',
      'a{x="},{",y="="} 1',
      { labels: { x: '},{', y: '=' } },
    ],
    ['may have a timestamp', 'a 1 1395066363000', { value: 1, timestampMs: 1395066363000 }],
    ['may have an exemplar', 'a{x="1"} 2 # {trace="t"} 0.5 1.5', { labels: { x: '1' }, value: 2 }],
  ])('%s', (_, line, expected) => {
    expect(parseSample(line)).toMatchObject(expected);
  });

  test.each([
    ['a word for a value', 'a one'],
    ['no value', 'a{x="1"}'],
    ['a label without quotes', 'a{x=1} 1'],
    ['a label given twice', 'a{x="1",x="2"} 1'],
    ['braces that stay open', 'a{x="1" 1'],
    ['quotes that stay open', 'a{x="1} 1'],
    ['an unknown escape', 'a{x="\\t"} 1'],
    ['two labels without a comma', 'a{x="1"y="2"} 1'],
    ['a name that is none', '1a 1'],
    ['two samples', 'a 1 b 2'],
  ])('is refused with %s', (_, line) => {
    expect(parseSample(line)).toBeUndefined();
  });
});

test('a line that breaks the format is named when its metric is asked for', () => {
  const page = samplesByName('# HELP a A.\na 1\na{\nb 1\n');
  expect(() => page('a')).toThrow(/"a\{" of a metrics page: not NAME/);
  expect(page('b')).toHaveLength(1);
  expect(page('c')).toEqual([]);
});

describe('a sum', () => {
  const page = samplesByName(
    [
      '# HELP a_total Some.',
      '# TYPE a_total counter',
      'a_total{route="x",method="GET"} 1',
      'a_total{method="POST",route="x"} 2',
      'a_total{http_route="x",route="y"} 4',
      'a_total{route="say \\"x\\""} 8',
      'a_total{note="route=\\"x\\"",route="z"} 16',
      'a_total_more{route="x"} 32',
      '',
    ].join('\n'),
  );

  test.each([
    ['all series of the name', {}, 31],
    ['labels by their whole name, in any order', { route: 'x' }, 3],
    ['all labels asked for', { route: 'x', method: 'POST' }, 2],
    ['labels whose name contains that of another', { http_route: 'x' }, 4],
    ['values with quotes', { route: 'say "x"' }, 8],
    ['no label that stands inside the value of another', { route: 'z' }, 16],
    ['nothing where no series has the label', { absent: '' }, 0],
  ])('is over %s', (_, labels, expected) => {
    expect(sumOfSamples(page('a_total'), labels)).toBe(expected);
  });
});
