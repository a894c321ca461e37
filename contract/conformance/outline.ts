// A page reduced to what contract/shop-pages.md compares: elements, the attributes that carry meaning,
// and text.
import { appNames, namesOf } from '../apps';
import type { Element } from './html';
import { textOf } from './html';

/** Of no meaning by themselves: they are looked through. */
const transparent = new Set(['div', 'span']);

const compared =
  /^(action|aria-current|aria-label|content|data-.*|datetime|href|lang|method|name|rel|role|scope|type|value)$/;

/** Whose value each request has its own of, or that nobody should see. */
const secret = new Set(['idempotency_key', 'password']);

/** The hidden field of the token has a name and a value of each app's own. */
const tokens = new Set(appNames.map((app) => namesOf(app).csrfField));

/** A line for each element and text, indented by depth. */
export function outlineOf(element: Element, depth = 0): string[] {
  const isShown = !transparent.has(element.tagName);
  const indent = '  '.repeat(depth);
  const inner = isShown ? depth + 1 : depth;
  const own = isShown
    ? [`${indent}<${[element.tagName, ...attributesOf(element)].join(' ')}>`]
    : [];
  const within = element.childNodes.flatMap((node) => {
    if ('tagName' in node) return outlineOf(node as Element, inner);
    const text = textOf(node).replace(/\s+/g, ' ').trim();
    return text === '' ? [] : [`${'  '.repeat(inner)}${text}`];
  });
  return [...own, ...within];
}

function attributesOf({ attrs }: Element): string[] {
  const name = attrs.find((attribute) => attribute.name === 'name')?.value;
  const isToken = tokens.has(name ?? '');
  return (
    attrs
      .filter((attribute) => !isToken || !/^(name|value)$/.test(attribute.name))
      .filter((attribute) => compared.test(attribute.name))
      .filter((attribute) => attribute.name !== 'value' || !secret.has(name ?? ''))
      // A form library leaves out an empty one.
      .filter((attribute) => attribute.name !== 'value' || attribute.value !== '')
      .map((attribute) => `${attribute.name}="${meaningOf(attribute)}"`)
      .sort()
  );
}

/** An address is the same however its characters are escaped, and its parameters in any order. */
function meaningOf({ name, value }: { name: string; value: string }): string {
  if (name !== 'href' && name !== 'action') return value;
  if (!value.startsWith('/')) return value;
  const url = new URL(value, 'http://shop');
  url.searchParams.sort();
  return url.pathname + url.search + url.hash;
}
