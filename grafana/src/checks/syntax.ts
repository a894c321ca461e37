// Check B, first half: whether an expression is PromQL, by Prometheus's own grammar and type checker
// for editors.
// Not among what the package shows: its version is pinned exactly.
import { Parser } from '@prometheus-io/codemirror-promql/dist/cjs/parser/index';
import { parser } from '@prometheus-io/lezer-promql';

export type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

export type Parsed = { root: SyntaxNode; textOf: (node: SyntaxNode) => string; faults: string[] };

/** Functions that Prometheus has only behind a feature flag; the grammar takes them all the same. */
const experimental =
  /\b(info|limitk|limit_ratio|sort_by_label|sort_by_label_desc|mad_over_time|double_exponential_smoothing|first_over_time|ts_of_\w+)\s*\(/;

export function parseExpression(expr: string): Parsed {
  const tree = parser.parse(expr);
  const textOf = ({ from, to }: { from: number; to: number }) => expr.slice(from, to);
  return { root: tree.topNode, textOf, faults: [...grammarFaults(), ...typeFaults()] };

  function grammarFaults(): string[] {
    const faults: string[] = [];
    tree.iterate({
      enter: (node) => {
        if (node.type.isError) faults.push(`syntax error at ${node.from}: "${textOf(node)}"`);
        if (node.name === 'StringLiteral') faults.push(...regexFaults(node.node));
      },
    });
    const gated = experimental.exec(expr);
    if (gated) faults.push(`${gated[1]} needs a feature flag of Prometheus`);
    return faults;
  }

  /** The grammar does not look into strings. */
  function regexFaults(node: SyntaxNode): string[] {
    const operator = node.prevSibling?.firstChild?.name;
    if (operator !== 'EqlRegex' && operator !== 'NeqRegex') return [];
    try {
      // RE2 has no look-around and no back-references, which JavaScript would take.
      const pattern = literal(textOf(node));
      if (/\(\?[=!<]|\\[1-9]/.test(pattern)) return [`regular expression ${pattern} is not RE2's`];
      new RegExp(pattern);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  function typeFaults(): string[] {
    // All that it takes of an editor: its text, and a syntax tree, which is put in below.
    const state = {
      field: () => undefined,
      sliceDoc: (from: number, to: number) => expr.slice(from, to),
    };
    const checker = new Parser(state as unknown as ConstructorParameters<typeof Parser>[0]);
    Object.assign(checker, { tree });
    checker.analyze();
    return checker.getDiagnostics().map(({ message }) => message);
  }
}

/** The text that a quoted string stands for. */
export function literal(quoted: string): string {
  if (quoted.startsWith("'")) return JSON.parse(`"${quoted.slice(1, -1).replaceAll('"', '\\"')}"`);
  return quoted.startsWith('`') ? quoted.slice(1, -1) : JSON.parse(quoted);
}
