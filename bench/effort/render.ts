// The table of `npm run bench -- effort`.
import type { AppEffort, Effort } from '../../lab/experiments/claims/effort';
import { sum } from '../../lab/statistics/descriptive';
import { renderTable } from '../table';
import { features } from './features';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const none = 'none';

const figures: readonly [title: string, cell: (app: AppEffort) => string | number][] = [
  ['files', ({ lines }) => sum(lines.map(({ files }) => files))],
  ['dependencies, direct', ({ dependencies }) => dependencies.direct],
  ['dependencies, all', ({ dependencies }) => dependencies.total],
  ['their size, installed', ({ installBytes }) => megabytes(installBytes)],
  ['image', ({ image }) => (image.bytes === null ? none : megabytes(image.bytes) + mark(image))],
  [
    'start, median (least to most)',
    ({ start: { median, seconds } }) =>
      `${median.toFixed(2)} s (${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)})`,
  ],
  ['idle: processes', ({ idleMemory }) => idleMemory.processes],
  ['idle: memory, shared once (PSS)', ({ idleMemory: { pssBytes } }) => orNone(pssBytes)],
  ['idle: memory, added up (RSS)', ({ idleMemory }) => megabytes(idleMemory.rssBytes)],
];

export function renderEffort({ apps, caveats }: Effort): string {
  const row = (title: string, cell: (app: AppEffort) => string | number) => [
    title,
    cell(apps.express),
    cell(apps.django),
  ];
  const lines = Object.values(features).map((title) =>
    row(title, (app) => app.lines.find(({ feature }) => feature === title)?.lines ?? 0),
  );
  const total = row('all', (app) => sum(app.lines.map((one) => one.lines)));
  return [
    renderTable(['lines of code', 'Express', 'Django'], [...lines, total]),
    '',
    renderTable(
      ['beside them', 'Express', 'Django'],
      figures.map(([title, cell]) => row(title, cell)),
    ),
    ...[...caveats, ...missing(apps)].map((text) => `  ${text}`),
  ].join('\n');
}

const mark = ({ standInBase }: { standInBase: boolean }): string => (standInBase ? ' *' : '');
const orNone = (bytes: number | null): string => (bytes === null ? none : megabytes(bytes));

/** What stands behind the marks of the table. */
function missing(apps: Effort['apps']): string[] {
  const images = Object.values(apps).map(({ image }) => image);
  const reasons = images.flatMap((image) =>
    image.bytes === null ? [`No image: ${image.why}`] : [],
  );
  const isOnStandIn = images.some((image) => image.bytes !== null && image.standInBase);
  return [
    ...new Set(reasons),
    ...(isOnStandIn
      ? ['* On a stand-in for the base image: says nothing of the size with the real one.']
      : []),
  ];
}
