// docs/runbook.md as a dashboard of Grafana's, a panel for each alert: a name in a table of alerts
// leads to its paragraph there, wherever the dashboards are imported.
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as text from '@grafana/grafana-foundation-sdk/text';
import { readRunbook } from '../runbook';
import { wordsMapping } from './mappings';
import type { Override } from './overrides';
import { plain } from './plain';

export const runbookUid = 'headroom-runbook';

const numberOf = (index: number): number => index + 1;

/** The column that a link needs, and nobody has to see: the number of an alert's panel. */
const paragraphColumn = 'Paragraph';
const paragraphLabel = 'paragraph';

/** The alert's name once more, under a label that its panel's number may stand for. */
export const withParagraph = (expr: string): string =>
  `label_join(${expr}, "${paragraphLabel}", "", "alertname")`;

export const paragraphRow = { [paragraphLabel]: paragraphColumn };

/** @param column the one that holds the names of alerts */
export function runbookOverrides(column: string): Override[] {
  const numbers = readRunbook().map(({ alert }, index) => [alert, String(numberOf(index))]);
  return [
    {
      matcher: { id: 'byName', options: column },
      properties: [
        {
          id: 'links',
          value: [
            {
              title: 'What it means and what to do',
              url: `/d/${runbookUid}?viewPanel=$\{__data.fields.${paragraphColumn}.text}`,
            },
          ],
        },
      ],
    },
    {
      matcher: { id: 'byName', options: paragraphColumn },
      properties: [
        { id: 'mappings', value: [wordsMapping(Object.fromEntries(numbers))] },
        { id: 'custom.hideFrom', value: { viz: true, legend: false, tooltip: false } },
      ],
    },
  ];
}

export function runbookPanels(): dashboard.Panel[] {
  const [width, height] = [12, 12];
  return readRunbook().map(({ alert, markdown }, index) => ({
    ...plain(new text.PanelBuilder().mode(text.TextMode.Markdown).content(markdown).build()),
    id: numberOf(index),
    title: alert,
    gridPos: { x: (index % 2) * width, y: Math.floor(index / 2) * height, w: width, h: height },
  }));
}
