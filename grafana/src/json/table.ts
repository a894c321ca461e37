// Tables of the catalogue as Grafana's: the latest values, a row for each set of labels.
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as table from '@grafana/grafana-foundation-sdk/table';
import { stateColours } from '../colours';
import type { Query, Table } from '../model';
import { refIdOf } from '../targets';
import { wordsMapping } from './mappings';
import type { Override } from './overrides';
import { paragraphRow, runbookOverrides } from './runbook';

/** Pixels that a column has at least. */
const columnWidth = 84;
/** Those whose values are long have more, and a table is scrolled sooner. */
const longWidth = 140;
/** That of a run's id, which no line may break. */
const idWidth = 230;
const longLabels = ['http_route', 'name', 'alertname', 'check', 'measure', 'verdict'];

/** What is read, not compared: it has what room the others leave. */
const wrapped: Override['properties'] = [
  { id: 'custom.minWidth', value: 2 * longWidth },
  { id: 'custom.wrapText', value: true },
];
const beside = (label: string): Override['properties'] => [
  { id: 'custom.width', value: label === 'run' ? idWidth : columnWidth },
];

/** One frame of rows; Grafana calls the value of query A `Value #A`, or `Value` if it is alone. */
export function tablePanel(panel: Table): table.PanelBuilder {
  const { queries } = panel;
  const isAlerts = panel.leadsTo === 'runbook';
  const rows = { ...panel.rows, ...(isAlerts && paragraphRow) };
  const column = (index: number) => (queries.length > 1 ? `Value #${refIdOf(index)}` : 'Value');
  const labels = Object.keys(rows);
  return (
    new table.PanelBuilder()
      .showHeader(true)
      // Grafana's own 150 px push columns out of half a page, and out of a phone.
      .minWidth(columnWidth)
      .withTransformation({ id: 'merge', options: {} })
      .withTransformation({
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries(
            [...labels, ...queries.map((_, index) => column(index))].map((name, at) => [name, at]),
          ),
          renameByName: {
            ...rows,
            ...Object.fromEntries(queries.map(({ legend }, index) => [column(index), legend])),
          },
        },
      })
      .sortBy([
        new common.TableSortByFieldStateBuilder()
          .displayName(queries[0]?.legend ?? '')
          .desc(!panel.ascending),
      ])
      .overrides([
        // Of a label that is a number, such as a status, the panel's unit is not the unit.
        ...Object.entries(rows).map(([label, title]) => ({
          matcher: { id: 'byName', options: title },
          properties: [
            { id: 'unit', value: 'string' },
            ...(longLabels.includes(label) ? [{ id: 'custom.minWidth', value: longWidth }] : []),
            ...('sentence' in rows ? (label === 'sentence' ? wrapped : beside(label)) : []),
          ],
        })),
        ...('sentence' in rows
          ? [{ matcher: { id: 'byName', options: 'Line' }, properties: beside('Line') }]
          : []),
        ...queries.flatMap((query) => columnOverrides(panel, query)),
        ...(isAlerts ? runbookOverrides(Object.values(panel.rows)[0] ?? '') : []),
      ])
  );
}

function columnOverrides({ units = {}, badFrom = {} }: Table, { name, legend, words }: Query) {
  const [unit, limit] = [units[name], badFrom[name]];
  const properties: Override['properties'] = [
    ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ...(words ? [{ id: 'mappings', value: [wordsMapping(words)] }] : []),
    ...(limit === undefined ? [] : colouredFrom(limit)),
  ];
  return properties.length === 0
    ? []
    : [{ matcher: { id: 'byName', options: legend }, properties }];
}

const colouredFrom = (limit: number): Override['properties'] => [
  { id: 'custom.cellOptions', value: { type: 'color-text' } },
  { id: 'color', value: { mode: 'thresholds' } },
  {
    id: 'thresholds',
    value: {
      mode: 'absolute',
      steps: [
        { color: 'text', value: null },
        { color: stateColours.bad, value: limit },
      ],
    },
  },
];
