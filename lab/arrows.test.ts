// The rooms of lab/ and the arrows between them (docs/architecture.md), read from the imports.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const lab = __dirname;

/** What each room may import, beside itself, the configuration and the files at the top of lab/. */
const arrows: Record<string, readonly string[]> = {
  configuration: [],
  statistics: [],
  results: ['statistics'],
  runtime: ['results'],
  measure: ['runtime', 'results', 'statistics'],
  render: ['results', 'statistics'],
  live: ['render', 'results', 'statistics', 'runtime'],
  doctor: ['runtime', 'results', 'statistics'],
  cli: ['live', 'measure', 'render', 'results', 'runtime'],
  experiments: ['cli', 'measure', 'render', 'live', 'results', 'runtime', 'statistics'],
  verbs: [
    'experiments',
    'cli',
    'measure',
    'render',
    'live',
    'doctor',
    'results',
    'runtime',
    'statistics',
  ],
  // main.ts, errors.ts, paths.ts and the like; verbs are loaded by name (cli/verbs.json).
  top: [],
};

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
  expect(sorted(files.map((file) => roomOf(relative(lab, file))))).toEqual(
    sorted(Object.keys(arrows)),
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
