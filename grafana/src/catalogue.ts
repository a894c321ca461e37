// The dashboards, in the order in which a person should read them.
import { concurrency } from './dashboards/concurrency';
import { databaseDashboard } from './dashboards/database';
import { generatorDashboard } from './dashboards/generator';
import { nightly } from './dashboards/nightly';
import { overview } from './dashboards/overview';
import { requestsDashboard } from './dashboards/requests';
import { runtimeInternals } from './dashboards/runtime';
import { scaling } from './dashboards/scaling';
import type { Dashboard } from './model';

export const dashboards: readonly Dashboard[] = [
  overview,
  scaling,
  concurrency,
  requestsDashboard,
  runtimeInternals,
  databaseDashboard,
  generatorDashboard,
  nightly,
];
