// Whether a body is the right one. Pure: strings in, yes or no out, and never an exception.
// The contract is contract/openapi.yaml; the conformance suite looks closer than these do.

/** Right for exactly one text. */
export const exactly =
  (expected: string) =>
  (body: string): boolean =>
    body === expected;

/** Right for this value as JSON, without white space or with a space behind each `,` and `:`. */
export function exactlyJson(value: Record<string, unknown>): (body: string) => boolean {
  const compact = JSON.stringify(value);
  // As Python writes it. Two comparisons of texts: to parse each body would cost more.
  const members = Object.entries(value).map(([key, one]) => `"${key}": ${JSON.stringify(one)}`);
  const spaced = `{${members.join(', ')}}`;
  return (body) => body === compact || body === spaced;
}

/** Right for one row of `world`. */
export function isWorld(body: string): boolean {
  return isRow(parsed(body));
}

/** Right for that many rows of `world`. */
export const areWorlds =
  (count: number) =>
  (body: string): boolean => {
    const rows = parsed(body);
    return Array.isArray(rows) && rows.length === count && rows.every(isRow);
  };

/** Right for problem details with that status and, where one is given, the field at fault. */
export const isProblem =
  (status: number, field?: string) =>
  (body: string): boolean => {
    const problem = asRecord(parsed(body));
    return problem?.status === status && problem.field === field;
  };

/** TechEmpower's number of rows, and the range of their numbers. */
const WORLD_ROWS = 10_000;

function isRow(value: unknown): boolean {
  const { id, randomNumber, ...more } = asRecord(value) ?? {};
  return isInRange(id) && isInRange(randomNumber) && Object.keys(more).length === 0;
}

function isInRange(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= WORLD_ROWS;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)
    : undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const SEEDED_FORTUNES = 12;
const ADDED_FORTUNE = 'Additional fortune added at request time.';

/** Right for the seeded fortunes and the added one, escaped, by message in code-point order. */
export function isFortunesPage(body: string): boolean {
  if (body.includes('<script')) return false;
  const rows = [...body.matchAll(/<td>\s*(\d+)\s*<\/td>\s*<td>([^<]*)<\/td>/g)];
  const messages = rows.map(([, , text = '']) => unescapedHtml(text));
  return (
    rows.length === SEEDED_FORTUNES + 1 &&
    rows.some(([, id], index) => id === '0' && messages[index] === ADDED_FORTUNE) &&
    // By UTF-16 unit, which is the order of code points as far as the seed's characters go.
    messages.every((message, index) => index === 0 || (messages[index - 1] ?? '') <= message)
  );
}

/** A number beyond all characters stays as it is written. */
const character = (code: number, written: string): string =>
  code <= 0x10ffff ? String.fromCodePoint(code) : written;

const NAMED: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** Engines differ in how they write an apostrophe: by name, in decimal or in hexadecimal. */
function unescapedHtml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return character(Number.parseInt(hex, 16), whole);
    if (decimal) return character(Number.parseInt(decimal, 10), whole);
    return NAMED[name] ?? whole;
  });
}
