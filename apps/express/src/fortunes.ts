// TechEmpower's fortunes: all rows and one more, sorted by message.
import type { Kysely } from 'kysely';
import type { Database } from './database';

export async function readFortunes(database: Kysely<Database>): Promise<Database['fortune'][]> {
  const fortunes = await database.selectFrom('fortune').select(['id', 'message']).execute();
  fortunes.push({ id: 0, message: 'Additional fortune added at request time.' });
  return fortunes.sort((a, b) => compareCodePoints(a.message, b.message));
}

/** `<` on strings compares UTF-16 units, which puts U+1F600 before U+FF5E. */
export function compareCodePoints(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1);
}
