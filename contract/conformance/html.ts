// A page as a browser would read it.
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
export type Element = DefaultTreeAdapterTypes.Element;

export type Page = { doctype: string; elements: (tag: string) => Element[]; text: string };

export function readPage(html: string): Page {
  const root = parse(html);
  const all = [...walk(root)];
  const doctype = root.childNodes.find((node) => node.nodeName === '#documentType');
  return {
    doctype: doctype && 'name' in doctype ? doctype.name : 'none',
    elements: (tag) => all.filter((node): node is Element => node.nodeName === tag),
    text: textOf(root),
  };
}

export function textOf(node: Node): string {
  if ('value' in node && node.nodeName === '#text') return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

export const childrenOf = (element: Element, ...tags: string[]): Element[] =>
  element.childNodes.filter((node): node is Element => tags.includes(node.nodeName));

function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of 'childNodes' in node ? node.childNodes : []) yield* walk(child);
}
