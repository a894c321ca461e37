// Check B, second half: whether an expression asks for what exists: metrics, labels and their values;
// counters inside a rate; and which labels and conditions its result has.
import type { Condition } from '../model';
import type { KnownMetrics } from './known-metrics';
import { literal, type Parsed, parseExpression, type SyntaxNode } from './syntax';

export type Meaning = {
  faults: string[];
  /** Labels that the result may have. */
  labels: ReadonlySet<string>;
  /** What must hold for there to be a result. */
  conditions: Condition[];
};

/** A part of an expression: the labels and conditions of what it gives. */
type Part = { labels: Set<string>; conditions: Set<Condition> };

/** A counter means something only as a difference, or at its end. */
const counterFunctions = ['rate', 'irate', 'increase', 'last_over_time'];
const differences = ['rate', 'irate', 'increase'];

/** @param expr with its variables filled in */
export function meaningOf(expr: string, known: KnownMetrics): Meaning {
  const { root, textOf, faults } = parseExpression(expr);
  if (faults.length > 0 || root.firstChild === null) {
    return { faults, labels: new Set(), conditions: [] };
  }
  const { labels, conditions } = partOf(root.firstChild, { known, textOf, faults });
  return { faults, labels, conditions: [...conditions] };
}

type Reading = { known: KnownMetrics; textOf: Parsed['textOf']; faults: string[] };
type Reader = (node: SyntaxNode, reading: Reading) => Part;

const nothing = (): Part => ({ labels: new Set(), conditions: new Set() });

/** What passes on the labels of what it is wrapped around. */
const inside: Reader = (node, reading) =>
  node.firstChild ? partOf(node.firstChild, reading) : nothing();

/** By the grammar's names of nodes; of all others (numbers, strings) nothing is to be said. */
const readers: Readonly<Record<string, Reader>> = {
  VectorSelector: selector,
  AggregateExpr: aggregation,
  BinaryExpr: binary,
  FunctionCall: call,
  ParenExpr: inside,
  MatrixSelector: inside,
  SubqueryExpr: inside,
  OffsetExpr: inside,
  StepInvariantExpr: inside,
  UnaryExpr: inside,
};

function partOf(node: SyntaxNode, reading: Reading): Part {
  return readers[node.name]?.(node, reading) ?? nothing();
}

function selector(node: SyntaxNode, { known, textOf, faults }: Reading): Part {
  const identifier = node.getChild('Identifier');
  const name = identifier ? textOf(identifier) : '';
  const metric = known.get(name);
  if (metric === undefined) {
    faults.push(`${name || textOf(node)} is no known metric`);
    return nothing();
  }
  const around = functionAround(node, textOf);
  if (metric.type !== 'gauge' && !counterFunctions.includes(around)) {
    faults.push(`${name} is a ${metric.type}: expected inside ${counterFunctions.join(', ')}`);
  }
  if (metric.type === 'gauge' && differences.includes(around)) {
    faults.push(`${name} is a gauge: ${around} is for counters`);
  }
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  for (const matcher of matchers) {
    faults.push(...matcherFaults(name, metric.labels, childrenOf(matcher).map(textOf)));
  }
  const conditions = metric.recordedBy
    ? meaningOf(metric.recordedBy, known).conditions
    : metric.when
      ? [metric.when]
      : [];
  // k6 has such a series only once a request has failed.
  const ofFailures = matchers.some((one) => textOf(one) === 'expected_response="false"');
  return {
    labels: new Set(Object.keys(metric.labels)),
    conditions: new Set([...conditions, ...(ofFailures ? (['failure'] as const) : [])]),
  };
}

function matcherFaults(
  name: string,
  labels: Record<string, { values?: string[]; pattern?: string }>,
  [label = '', operator = '', quoted = '""']: readonly string[],
): string[] {
  const rule = labels[label];
  if (rule === undefined) return [`${name} has no label ${label}`];
  const value = literal(quoted);
  const fits = operator.endsWith('~')
    ? (candidate: string) => new RegExp(`^(?:${value})$`).test(candidate)
    : (candidate: string) => candidate === value;
  // The empty value stands for a series without the label.
  if (value === '' || (rule.values?.some(fits) ?? fitsPattern(operator, value, rule.pattern)))
    return [];
  return [`${name}: no value of ${label} fits ${operator}"${value}"`];
}

function aggregation(node: SyntaxNode, reading: Reading): Part {
  const { textOf, faults } = reading;
  const inner = bodyOf(node, reading);
  const modifier = node.getChild('AggregateModifier');
  if (modifier === null) return { ...inner, labels: new Set() };
  const grouping = groupingOf(modifier, textOf);
  faults.push(
    ...grouping
      .filter((label) => !inner.labels.has(label))
      .map((label) => `${textOf(modifier)}: nothing inside has a label ${label}`),
  );
  const labels = modifier.getChild('By')
    ? grouping
    : [...inner.labels].filter((label) => !grouping.includes(label));
  return { ...inner, labels: new Set(labels) };
}

/** What a function does to labels, where it does anything. */
function call(node: SyntaxNode, reading: Reading): Part {
  const inner = bodyOf(node, reading);
  const name = nameOf(node, reading.textOf);
  if (name === 'histogram_quantile') {
    return { ...inner, labels: new Set([...inner.labels].filter((label) => label !== 'le')) };
  }
  if (name !== 'label_join') return inner;
  const [added, , ...sources] = childrenOf(node.getChild('FunctionCallBody') ?? node)
    .filter((one) => one.name === 'StringLiteral')
    .map((one) => literal(reading.textOf(one)));
  reading.faults.push(
    ...sources
      .filter((label) => !inner.labels.has(label))
      .map((label) => `label_join: nothing inside has a label ${label}`),
  );
  return { ...inner, labels: new Set([...inner.labels, ...(added ? [added] : [])]) };
}

/** Of all arguments together: at most one of them is a vector. */
function bodyOf(node: SyntaxNode, reading: Reading): Part {
  const body = node.getChild('FunctionCallBody');
  return body
    ? childrenOf(body)
        .map((argument) => partOf(argument, reading))
        .reduce(both, nothing())
    : nothing();
}

function binary(node: SyntaxNode, reading: Reading): Part {
  const { textOf, faults } = reading;
  const operands = childrenOf(node).filter(({ name }) => isOperand(name));
  const [left, right] = operands.map((operand) => partOf(operand, reading));
  if (left === undefined || right === undefined) throw new Error(`no operands in ${textOf(node)}`);
  const on = node.getChild('MatchingModifierClause');
  const matching = on?.getChild('On') ? groupingOf(on, textOf) : undefined;
  for (const label of matching ?? []) {
    if (left.labels.has(label) && right.labels.has(label)) continue;
    faults.push(`on (${label}): not a label of both sides`);
  }
  const conditions = new Set([...left.conditions, ...right.conditions]);
  if (node.getChild('Or')) {
    // Where one side always has a result, the whole has.
    const always = left.conditions.size === 0 || right.conditions.size === 0;
    return { labels: both(left, right).labels, conditions: always ? new Set() : left.conditions };
  }
  if (node.getChild('Unless')) return left;
  if (node.getChild('And')) return { labels: left.labels, conditions };
  const many = on?.getChild('GroupLeft') ? left : on?.getChild('GroupRight') ? right : undefined;
  const labels = many?.labels ?? (matching && new Set(matching)) ?? both(left, right).labels;
  return { labels, conditions };
}

type TextOf = Reading['textOf'];

function groupingOf(node: SyntaxNode, textOf: TextOf): string[] {
  return (node.getChild('GroupingLabels')?.getChildren('LabelName') ?? []).map(textOf);
}

function nameOf(functionCall: SyntaxNode | null | undefined, textOf: TextOf): string {
  const name = functionCall?.getChild('FunctionIdentifier');
  return name ? textOf(name) : '';
}

function functionAround(node: SyntaxNode, textOf: TextOf): string {
  const range = node.parent?.name === 'MatrixSelector' ? node.parent : null;
  const shifted = range?.parent?.name === 'OffsetExpr' ? range.parent : range;
  return nameOf(shifted?.parent?.parent, textOf);
}

/** A division that no clamp holds: of two counts at different times it may be below 0 or above 1. */
export function hasOpenDivision(expr: string, known: KnownMetrics): boolean {
  const { root, textOf } = parseExpression(expr);
  return isOpen(root);

  function isOpen(node: SyntaxNode): boolean {
    if (/^clamp(_max)?\(/.test(textOf(node)) && node.name === 'FunctionCall') return false;
    if (node.name === 'BinaryExpr' && node.getChild('Div')) return true;
    const recordedBy =
      node.name === 'VectorSelector' &&
      known.get(textOf(node.getChild('Identifier') ?? node))?.recordedBy;
    if (recordedBy) return hasOpenDivision(recordedBy, known);
    return childrenOf(node).some(isOpen);
  }
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

const both = (one: Part, other: Part): Part => ({
  labels: new Set([...one.labels, ...other.labels]),
  conditions: new Set([...one.conditions, ...other.conditions]),
});

const isOperand = (name: string): boolean =>
  name.endsWith('Expr') ||
  ['VectorSelector', 'FunctionCall', 'NumberDurationLiteral'].includes(name);

/** What a value must look like is known of exact matches alone. */
function fitsPattern(operator: string, value: string, pattern: string | undefined): boolean {
  return pattern === undefined || operator.endsWith('~') || new RegExp(pattern).test(value);
}
