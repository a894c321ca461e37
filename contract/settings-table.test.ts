// The tables of contract/README.md that say what each app is given, held against what gives it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appNames } from './apps';
import profiles from './profiles.json';

const root = join(__dirname, '..');
const readme = readFileSync(join(__dirname, 'README.md'), 'utf8');

/** The rows of the table whose header begins so, as cells. */
function table(header: string): string[][] {
  const lines = readme.slice(readme.indexOf(`\n${header}`) + 1).split('\n');
  const rows = lines.slice(0, lines.indexOf('')).map((line) => line.split('|').slice(1, -1));
  const [, , ...body] = rows.map((cells) => cells.map((cell) => cell.trim()));
  return body;
}

const code = (cell = ''): string => /^`(.*)`$/.exec(cell)?.[1] ?? cell;

/** What an app has where a profile sets nothing: the default of the variable. */
const defaults = new Map(
  table('| variable').map(([name, , value]) => [code(name), code(value)] as const),
);

type Choices = { settings?: Record<string, string>; reasons: unknown };

const profileNames = Object.keys(profiles) as (keyof typeof profiles)[];
const columns = appNames.flatMap((app) => profileNames.map((profile) => [app, profile] as const));

const of = (profile: keyof typeof profiles): Record<string, unknown> => profiles[profile];

/** Each setting of a profile of an app. */
const choicesOf = (app: (typeof appNames)[number], profile: keyof typeof profiles) => {
  const { settings = {}, reasons: _, ...numbers } = of(profile)[app] as Choices;
  return { ...numbers, ...settings } as Record<string, string | number>;
};

describe('the table of what differs between profiles', () => {
  const rows = table('| setting | Express `default`');

  test('has each setting that a profile makes, once', () => {
    const made = columns.flatMap(([app, profile]) => Object.keys(choicesOf(app, profile)));
    expect(rows.map(([name]) => code(name)).sort()).toEqual([...new Set(made)].sort());
  });

  test.each(rows.map((cells) => [code(cells[0]), cells] as const))(
    'has %s as the profiles have it',
    (name, [, ...cells]) => {
      const expected = columns.map(([app, profile]) => {
        const others = profileNames.map((other) => choicesOf(app, other)[name]);
        if (others.every((value) => value === undefined)) return '–';
        return `\`${choicesOf(app, profile)[name] ?? defaults.get(name)}\``;
      });
      expect(cells.slice(0, columns.length)).toEqual(expected);
    },
  );

  test.each(rows)('says whom %s favours', (...cells) => {
    expect(cells.at(-1)).toMatch(/^(neither|Express|Django)\b/);
  });
});

describe('the table of what is the same in every profile', () => {
  const rows = table('| setting | Express | Django');

  test.each(rows)('has the source of "%s"', (_setting, ...cells) => {
    for (const source of cells.slice(0, appNames.length)) {
      const [, file = '', words = ''] = /^`([^`]+)`: `([^`]+)`$/.exec(source) ?? [];
      expect(existsSync(join(root, file)), `${source}: the file`).toBe(true);
      expect(readFileSync(join(root, file), 'utf8')).toContain(words);
    }
    expect(cells.at(-1)).toMatch(/^(neither|Express|Django)\b/);
  });
});
