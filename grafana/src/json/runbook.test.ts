import { expect, test } from 'vitest';
import { readRules } from '../checks/known-metrics';
import { readRunbook } from '../runbook';
import { runbookOverrides, runbookPanels, runbookUid } from './runbook';

const alerts = readRules().flatMap(({ alert }) => (alert === undefined ? [] : [alert]));

type Mapping = { options: Record<string, { text: string }> };

test('every alert has a panel with its paragraph, and leads to it', () => {
  const [link, number] = runbookOverrides('Alert');
  expect(link?.properties[0]?.value).toEqual([
    expect.objectContaining({
      url: `/d/${runbookUid}?viewPanel=$\u007b__data.fields.Paragraph.text}`,
    }),
  ]);
  const [mapping] = (number?.properties ?? []).flatMap(({ value }) => value as Mapping[]);
  const panels = runbookPanels();
  for (const alert of alerts) {
    const panel = panels.find(({ id }) => String(id) === mapping?.options[alert]?.text);
    expect(panel?.title).toBe(alert);
    expect(panel?.options?.content).toContain('**What to do.**');
  }
});

test('a paragraph has no link to a file, which Grafana cannot open', () => {
  for (const { markdown } of readRunbook()) expect(markdown).not.toMatch(/\]\(/);
});
