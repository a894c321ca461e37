// Lines of source that say something to a machine: neither blank nor comment, by the language's own
// parser where there is one.
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { execaSync } from 'execa';
import ts from 'typescript';
import { toolsDir } from '../../lab/paths';

/** Lines of each file, in the order given. */
export function linesOf(paths: readonly string[]): number[] {
  const python = pythonLines(paths.filter((path) => extname(path) === '.py'));
  return paths.map(
    (path) => python.get(path) ?? countLines(readFileSync(path, 'utf8'), extname(path)),
  );
}

/** @param extension `.ts`, `.css`, ...; anything unknown has comments after `#` alone */
export function countLines(text: string, extension: string): number {
  if (extension === '.ts') return typescriptLines(text);
  return textLines(text.replaceAll(comments[extension] ?? afterHash, keepBreaks));
}

/** Lines beginning with it; within a line it may be anything. */
const afterHash = /^[ \t]*#.*$/gm;
const ofMarkup = /<!--[\s\S]*?-->/g;
const comments: Record<string, RegExp> = {
  '.css': /\/\*[\s\S]*?\*\//g,
  '.json': /^[ \t]*\/\/.*$/gm,
  '.svg': ofMarkup,
  '.html': /<!--[\s\S]*?-->|\{#.*?#\}|\{% comment[\s\S]*?endcomment %\}/g,
  '.eta': /<!--[\s\S]*?-->|<%\s*\/\*[\s\S]*?\*\/\s*%>/g,
};

/** A comment of three lines leaves three blank ones: what stands beside it keeps its line. */
const keepBreaks = (comment: string): string => comment.replaceAll(/[^\n]/g, ' ');

const textLines = (text: string): number =>
  text.split('\n').filter((line) => line.trim() !== '').length;

/** Lines on which a token stands; one of several lines, such as a template, is on each that says something. */
function typescriptLines(text: string): number {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const breaks = text.split('\n').map((line) => line.trim() === '');
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(source);
    for (const child of children) visit(child);
    if (children.length > 0 || node.getWidth(source) === 0) return;
    const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
    const last = source.getLineAndCharacterOfPosition(node.getEnd()).line;
    for (let line = first; line <= last; line += 1) if (!breaks[line]) lines.add(line);
  };
  visit(source);
  return lines.size;
}

/** By Python itself: docstrings are comments, other strings of several lines are not. */
const counter = `
import ast, io, json, sys, tokenize
IGNORED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
           tokenize.ENCODING, tokenize.ENDMARKER}
def count(path):
    text = open(path, encoding="utf-8").read()
    docstrings = {
        node.body[0].value.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and ast.get_docstring(node, clean=False) is not None
    }
    blank = {n for n, line in enumerate(text.split("\\n"), 1) if not line.strip()}
    said = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in IGNORED or token.type == tokenize.STRING and token.start[0] in docstrings:
            continue
        said.update(range(token.start[0], token.end[0] + 1))
    return len(said - blank)
print(json.dumps({path: count(path) for path in sys.argv[1:]}))
`;

function pythonLines(paths: readonly string[]): Map<string, number> {
  if (paths.length === 0) return new Map();
  const python = join(toolsDir, 'venv/bin/python');
  const { stdout } = execaSync(python, ['-c', counter, ...paths]);
  return new Map(Object.entries(JSON.parse(stdout) as Record<string, number>));
}
