// Every app that has no file of its own here: those that HEADROOM_CONFORMANCE alone names.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { conformanceOf } from './app-conformance';
import { subjects } from './subjects';

const others = new Set(
  subjects()
    .map(({ app }) => app)
    .filter((app) => !existsSync(join(__dirname, `${app}.test.ts`))),
);

for (const app of others) conformanceOf(app);
if (others.size === 0) test('every app that was given has its own file', () => {});
