import { describe, expect, it } from 'vitest';
import { areWorlds, exactlyJson, isFortunesPage, isProblem, isWorld } from './answers.ts';

describe('a JSON object', () => {
  it.each([
    ['{"units":1,"digest":"a, b"}', true, 'without white space'],
    ['{"units": 1, "digest": "a, b"}', true, 'with a space behind each comma and colon'],
    ['{"digest":"a, b","units":1}', false, 'in another order'],
    ['{"units":1,"digest":"a,b"}', false, 'another text'],
    ['{"units":1}', false, 'half of it'],
    ['', false, 'nothing'],
  ])('%s: %s, %s', (body, right) => {
    expect(exactlyJson({ units: 1, digest: 'a, b' })(body)).toBe(right);
  });
});

describe('a row of world', () => {
  it.each([
    ['{"id":1,"randomNumber":10000}', true, 'both ends of the range'],
    ['{"id":0,"randomNumber":1}', false, 'below the range'],
    ['{"id":1,"randomNumber":10001}', false, 'above it'],
    ['{"id":"1","randomNumber":1}', false, 'a text'],
    ['{"id":1}', false, 'half a row'],
    ['{"id":1,"randomNumber":1,"more":1}', false, 'more than a row'],
    ['null', false, 'nothing'],
    ['<html>', false, 'not JSON'],
  ])('%s: %s, %s', (body, right) => {
    expect(isWorld(body)).toBe(right);
  });
});

it('rows are right in the number asked for', () => {
  const rows = JSON.stringify([1, 2, 3].map((id) => ({ id, randomNumber: id })));
  expect(areWorlds(3)(rows)).toBe(true);
  expect(areWorlds(2)(rows)).toBe(false);
  expect(areWorlds(1)('{"id":1,"randomNumber":1}')).toBe(false);
});

it('a problem names its status and the field at fault', () => {
  const problem = '{"type":"about:blank","title":"Bad Request","status":400,"field":"ms"}';
  expect(isProblem(400, 'ms')(problem)).toBe(true);
  expect(isProblem(400)(problem)).toBe(false);
  expect(isProblem(404)('{"status":400}')).toBe(false);
  expect(isProblem(500)('Error: at /home/app.js:1')).toBe(false);
});

describe('the page of fortunes', () => {
  const ADDED = 'Additional fortune added at request time.';
  const others = Array.from({ length: 11 }, (_, index) => `B fortune ${String(index).padStart(2)}`);
  const script = '&lt;script&gt;alert(&quot;x&quot;);&lt;/script&gt;';
  const row = (message: string, id: number) => `<tr><td>${id}</td>\n <td>${message}</td></tr>`;
  const page = (messages: string[]) =>
    `<!doctype html><table><tr><th>id</th><th>message</th></tr>${messages
      .map((message, index) => row(message, message === ADDED ? 0 : index + 1))
      .join('')}</table>`;

  it('is right with all rows, escaped and in order', () => {
    expect(isFortunesPage(page([script, ADDED, ...others]))).toBe(true);
  });

  it.each([
    ['an apostrophe by name', 'A&apos;s'],
    ['in decimal', 'A&#39;s'],
    ['in hexadecimal', 'A&#x27;s'],
  ])('does not mind %s', (_, message) => {
    expect(isFortunesPage(page([script, message, ADDED, ...others.slice(1)]))).toBe(true);
  });

  it.each([
    ['a raw script', page(['<script>alert("x")</script>', ADDED, ...others])],
    ['a row too few', page([script, ADDED, ...others.slice(1)])],
    ['the added row missing', page([script, ...others, 'C'])],
    ['the order of the table', page([...others, script, ADDED])],
    ['an error', '<html>Internal Server Error</html>'],
  ])('is wrong with %s', (_, body) => {
    expect(isFortunesPage(body)).toBe(false);
  });
});
