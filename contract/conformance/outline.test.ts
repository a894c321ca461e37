import { expect, test } from 'vitest';
import { readPage } from './html';
import { outlineOf } from './outline';

const outline = (html: string): string[] => {
  const [body] = readPage(`<!DOCTYPE html><body>${html}</body>`).elements('body');
  return body ? outlineOf(body).slice(1) : [];
};

test('an outline has elements, the attributes that carry meaning, and text', () => {
  expect(
    outline('<ul data-products><li data-product="1"><a href="/x">One\n  thing</a></ul>'),
  ).toEqual([
    '  <ul data-products="">',
    '    <li data-product="1">',
    '      <a href="/x">',
    '        One thing',
  ]);
});

test.each([
  ['white space', '<p>a  b</p>', '<p>\n a\n b </p>'],
  ['wrappers', '<p>a</p>', '<div class="row"><p><span>a</span></p></div>'],
  [
    'ids, classes and what a form library adds',
    '<input name="q">',
    '<input id="q" class="x" name="q" required maxlength="9" aria-describedby="y">',
  ],
  ['the order of attributes', '<input type="text" name="a">', '<input name="a" type="text">'],
  ['tokens', '<input name="csrfmiddlewaretoken" value="a">', '<input name="_csrf" value="b">'],
  [
    'how an address is escaped',
    '<a href="/login?next=/a">x</a>',
    '<a href="/login?next=%2Fa">x</a>',
  ],
  ['the order of parameters', '<a href="/p?a=1&b=2">x</a>', '<a href="/p?b=2&amp;a=1">x</a>'],
])('%s makes no difference', (_what, one, other) => {
  expect(outline(other)).toEqual(outline(one));
});

test.each([
  ['another element', '<p>a</p>', '<li>a</li>'],
  ['another nesting', '<ul><li>a</ul><p>b</p>', '<ul><li>a<p>b</p></ul>'],
  ['another text', '<p>a</p>', '<p>b</p>'],
  ['another address', '<a href="/a">x</a>', '<a href="/b">x</a>'],
  ['another name', '<input name="a">', '<input name="b">'],
  ['another value', '<input name="a" value="1">', '<input name="a" value="2">'],
  ['another order', '<p>a</p><p>b</p>', '<p>b</p><p>a</p>'],
  [
    'an attribute that carries meaning',
    '<a href="/a">x</a>',
    '<a href="/a" aria-current="true">x</a>',
  ],
])('%s makes a difference', (_what, one, other) => {
  expect(outline(other)).not.toEqual(outline(one));
});
