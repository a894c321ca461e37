// What counts as text: contract/README.md, "Text". Both apps take and drop the same characters.

/** All that is not XML 1.0's Char (https://www.w3.org/TR/xml/#charsets); half a pair matches too. */
const NOT_TEXT = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const WHITE_SPACE = /\p{White_Space}/u;

export const isText = (value: string): boolean => value.search(NOT_TEXT) === -1;

/** For XML, which cannot hold the rest even escaped. */
export const toText = (value: string): string => value.replace(NOT_TEXT, '\u{FFFD}');

/** As OpenAPI and Django count: JavaScript's `length` counts an emoji twice. */
export const lengthOf = (value: string): number => [...value].length;

/** Unicode's White_Space: `trim()` drops U+FEFF as well, and keeps U+0085. */
export function trim(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && WHITE_SPACE.test(value.charAt(start))) start += 1;
  while (end > start && WHITE_SPACE.test(value.charAt(end - 1))) end -= 1;
  return value.slice(start, end);
}
