// Which file of an app serves which feature, and the lines of each. A test compares the table with the
// files there are: each is in exactly one feature, or apart.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { ClaimedApp } from '../../lab/experiments/claims/design';
import type { AppEffort } from '../../lab/experiments/claims/effort';
import { rootDir } from '../../lab/paths';
import { sum } from '../../lab/statistics/descriptive';
import { linesOf } from './lines';

/** In the order of the table, by what it calls them. */
export const features = {
  configuration: 'start and configuration',
  database: 'database',
  http: 'requests and headers',
  errors: 'errors',
  observability: 'observability',
  micro: 'micro routes',
  exhibits: 'exhibits',
  operations: 'operations',
  shop: 'shop: rules and queries',
  shopPages: 'shop: pages',
  shopApi: 'shop: API',
  accounts: 'accounts and sessions',
  admin: 'admin',
  feeds: 'feed and sitemap',
  templates: 'templates',
  style: 'style sheet and icon',
  packaging: 'packaging',
} as const;
type Feature = keyof typeof features;

/** Globs from the app's folder. */
type Files = Record<Feature, readonly string[]>;

export const filesOf: Record<ClaimedApp, Files> = {
  express: {
    configuration: ['src/{app,cleanup,config,main,server,worker,workers}.ts'],
    database: ['src/{database,pool,statement-names}.ts'],
    http: [
      'src/{allow-hosts,parameters,turns}.ts',
      'src/routes/exact-router.ts',
      'src/shop/{bodies,headers,input,static-files,text}.ts',
    ],
    errors: ['src/{database-errors,errors}.ts'],
    observability: ['src/{exporter,metrics}/*.ts', 'src/{log,request-log}.ts'],
    micro: ['src/routes/micro.ts', 'src/{worlds,fortunes,planted-work}.ts'],
    exhibits: ['src/routes/exhibits.ts'],
    operations: ['src/routes/operations.ts'],
    shop: ['src/shop/{index,carts,catalogue,checkout,format,links,orders,pagination}.ts'],
    shopPages: ['src/shop/{buying,catalogue}-pages.ts'],
    shopApi: ['src/shop/{buying,catalogue}-api.ts'],
    accounts: ['src/shop/{account-pages,customers,passwords,session}.ts'],
    admin: ['src/shop/staff-{pages,products}.ts', 'views/shop/staff/*.eta'],
    feeds: ['src/shop/feeds.ts'],
    templates: ['src/views.ts', 'views/*.eta', 'views/shop/*.eta'],
    style: ['public/*'],
    packaging: ['package.json', 'tsconfig.json', 'Dockerfile'],
  },
  django: {
    configuration: [
      'headroom/{__init__,apps,bare_urls,environment,settings,urls,wsgi}.py',
      '{gunicorn.conf,manage}.py',
    ],
    database: ['database/**/*.py'],
    http: ['{server,validation}/*.py', 'shop/middleware.py'],
    errors: ['problems/*.py'],
    observability: ['{exporter,observability}/**/*.py'],
    micro: ['micro/**/*.py'],
    exhibits: ['exhibits/*.py'],
    operations: ['operations/*.py'],
    shop: [
      'shop/{__init__,cart,catalogue,checkout,forms,models,orders,pagination,urls}.py',
      'shop/{migrations,templatetags}/*.py',
    ],
    shopPages: ['shop/views/{__init__,buying,catalogue}.py'],
    shopApi: ['shop/api/*.py'],
    accounts: ['accounts/**/*.py'],
    admin: ['shop/{admin,staff}.py'],
    feeds: ['shop/{feeds,sitemaps}.py', 'shop/views/machines.py'],
    templates: ['{accounts,micro,problems}/templates/**/*.html', 'shop/templates/shop/*'],
    style: ['shop/static/*'],
    packaging: ['pyproject.toml', 'requirements.in', 'requirements-dev.in', 'Dockerfile'],
  },
};

/** Not counted: tests, what a program wrote, and what the lab is told of the app. */
export const apart: Record<ClaimedApp, Record<'tests' | 'generated' | 'lab', readonly string[]>> = {
  express: { tests: ['**/*.test.ts'], generated: ['dist/**'], lab: ['app.json'] },
  django: {
    tests: ['tests/*.py', '*.test.ts'],
    generated: ['requirements*.txt'],
    lab: ['app.json'],
  },
};

export const folderOf = (app: ClaimedApp): string => join(rootDir, 'apps', app);

/** Paths from the app's folder, in their order. */
export const filesFor = (app: ClaimedApp, globs: readonly string[]): string[] =>
  globSync([...globs], { cwd: folderOf(app) }).sort();

export function filesByFeature(app: ClaimedApp): Record<Feature, string[]> {
  const left = new Set(Object.values(apart[app]).flatMap((globs) => filesFor(app, globs)));
  return Object.fromEntries(
    Object.entries(filesOf[app]).map(([feature, globs]) => [
      feature,
      filesFor(app, globs).filter((file) => !left.has(file)),
    ]),
  ) as Record<Feature, string[]>;
}

export function linesByFeature(app: ClaimedApp): AppEffort['lines'] {
  const files = filesByFeature(app);
  return (Object.keys(features) as Feature[]).map((feature) => ({
    feature: features[feature],
    files: files[feature].length,
    lines: sum(linesOf(files[feature].map((file) => join(folderOf(app), file)))),
  }));
}
