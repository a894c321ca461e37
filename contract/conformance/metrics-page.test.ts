import { expect, test } from 'vitest';
import { parseMetricsPage } from './metrics-page';

const head = '# HELP a What a is.\n# TYPE a gauge\n';

test('a page is read with its labels, escapes and infinities', () => {
  const page = parseMetricsPage(
    `${head}a{x="1",y="q\\"b\\\\n\\n"} 2.5e-3\n\n# HELP h H.\n# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 0.5\nh_count 1\n`,
  );
  expect(page.get('a')).toEqual({
    name: 'a',
    type: 'gauge',
    help: 'What a is.',
    samples: [{ name: 'a', labels: { x: '1', y: 'q"b\\n\n' }, value: 0.0025 }],
  });
  expect(page.get('h')?.samples.map(({ name, value }) => [name, value])).toEqual([
    ['h_bucket', 1],
    ['h_sum', 0.5],
    ['h_count', 1],
  ]);
});

test.each([
  ['no line end', `${head}a 1`, /does not end/],
  ['a sample of no family', 'a 1\n', /line 1 .*belongs to no family/],
  ['a sample under another family', `${head}b 1\n`, /line 3 .*belongs to no family/],
  ['a suffix that only histograms have', `${head}a_count 1\n`, /belongs to no family/],
  ['a family without HELP', '# TYPE a gauge\na 1\n', /lacks HELP or TYPE/],
  ['an unknown type', '# TYPE a guage\n', /"guage" is no type/],
  ['a series given twice', `${head}a{x="1"} 1\na{x="1"} 2\n`, /line 4 .*given before/],
  [
    'a series given twice in another order',
    `${head}a{x="1",y="2"} 1\na{y="2",x="1"} 1\n`,
    /given before/,
  ],
  ['a family in two places', `${head}a 1\n# HELP b B.\n# TYPE b gauge\nb 1\n${head}`, /described/],
  ['a label given twice', `${head}a{x="1",x="2"} 1\n`, /expected NAME/],
  ['a label without quotes', `${head}a{x=1} 1\n`, /expected NAME/],
  ['a value that is no number', `${head}a one\n`, /expected NAME/],
  ['NaN', `${head}a NaN\n`, /expected NAME/],
  ['a timestamp', `${head}a 1 1700000000000\n`, /expected NAME/],
])('%s is refused', (_fault, text, message) => {
  expect(() => parseMetricsPage(text)).toThrow(message);
});
