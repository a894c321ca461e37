// The rooms of lab/ and the arrows between them (docs/architecture.md), read from the imports.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const lab = __dirname;

/** What each room may import, beside itself, the configuration and the files at the top of lab/. */
const arrows = arrowsIn(readFileSync(join(lab, '../docs/architecture.md'), 'utf8'));

/** Of the table of rooms, read from its last column. */
function arrowsIn(text: string): Record<string, readonly string[]> {
  const rows = [...text.matchAll(/^\| `lab\/(\w+)` \|[^|]*\| ([^|]*) \|$/gm)].filter(
    // What stands there runs before anything is installed, and is no TypeScript.
    ([, room]) => room !== 'setup',
  );
  const rooms = rows.flatMap(([, room = '']) => room);
  return Object.fromEntries(
    rows.map(([, room = '', known = '']) => {
      const named = [...known.matchAll(/`(\w+)`/g)].flatMap(([, name = '']) => name);
      return [room, known === 'all of the lab' ? rooms : named];
    }),
  );
}

type Import = { from: string; to: string; isType: boolean; isLazy: boolean };

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return /(?<!\.test|\.fixture)\.ts$/.test(entry.name) ? [path] : [];
  });
const files = filesIn(lab).filter((file) => !file.includes('/live/page/browser/'));
const known = new Set(files);

const targetOf = (file: string, specifier: string): string | undefined =>
  (specifier.startsWith('.') ? [join(file, '..', specifier.replace(/\.ts$/, ''))] : [])
    .flatMap((path) => [`${path}.ts`, join(path, 'index.ts')])
    .find((path) => known.has(path));

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, isType: boolean, isLazy: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const target = targetOf(file, specifier.text);
    if (target === undefined) return;
    found.push({ from: relative(lab, file), to: relative(lab, target), isType, isLazy });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, onlyTypes(node.importClause), false);
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly, false);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function onlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) {
    return false;
  }
  return namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly);
}

const imports = files.flatMap(importsOf);
const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : 'top');
const experimentOf = (file: string): string | undefined =>
  /^experiments\/([^/]+)\//.exec(file)?.[1];
const said = ({ from, to }: Import): string => `${from} -> ${to}`;
const sorted = (list: readonly string[]): string[] => [...new Set(list)].sort();

it('the imports of lab/ are read', () => {
  expect(files.length).toBeGreaterThan(150);
  expect(imports.length).toBeGreaterThan(500);
  const rooms = sorted(files.map((file) => roomOf(relative(lab, file))));
  // main.ts, errors.ts, paths.ts and the like; verbs are loaded by name (cli/verbs.json).
  expect(rooms).toEqual(sorted([...Object.keys(arrows), 'top']));
});

it('every folder of the repository stands in the table of rooms', () => {
  const text = readFileSync(join(lab, '../docs/architecture.md'), 'utf8');
  const folders = readdirSync(join(lab, '..'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[a-z]/.test(entry.name))
    .map(({ name }) => name)
    .filter((name) => !['node_modules', 'results', 'docs', 'lab'].includes(name));
  expect(folders.filter((name) => !text.includes(`\`${name}/\``))).toEqual([]);
});

describe('the table of rooms', () => {
  it.each(Object.entries(arrows).filter(([room]) => room !== 'verbs'))(
    'says of %s no more than it imports',
    (room, known) => {
      const used = imports.filter(({ from }) => roomOf(from) === room).map(({ to }) => roomOf(to));
      expect(known.filter((name) => !used.includes(name))).toEqual([]);
    },
  );
});

describe('imports', () => {
  it('go from one room to another only along the arrows', () => {
    const against = imports.filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      const isForAll = other === 'top' || other === 'configuration';
      return room !== other && !isForAll && !arrows[room]?.includes(other);
    });
    expect(sorted(against.map(said))).toEqual([]);
  });

  it('of one experiment lead to no other', () => {
    const against = imports.filter(({ from, to }) => {
      const [one, other] = [experimentOf(from), experimentOf(to)];
      return one !== undefined && other !== undefined && one !== other;
    });
    expect(sorted(against.map(said))).toEqual([]);
  });

  it('form no cycle of files at run time', () => {
    const next = Map.groupBy(
      imports.filter(({ isType, isLazy }) => !isType && !isLazy),
      ({ from }) => from,
    );
    const cycles: string[] = [];
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const { to } of next.get(file) ?? []) walk(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(relative(lab, file), []);
    expect(cycles).toEqual([]);
  });
});
