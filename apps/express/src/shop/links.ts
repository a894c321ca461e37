// Where the pages before and after one are.
import type { Request } from 'express';
import type { Page } from './pagination';

type Parameters = Record<string, string | undefined>;

/** Path and query of the neighbours, with the parameters that were given; null where there is none. */
export function pageLinks(
  path: string,
  given: Parameters,
  { page, pages }: Page<unknown>,
): { previous: string | null; next: string | null } {
  const to = (number: number): string => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined) query.set(name, value);
    }
    query.set('page', String(number));
    return `${path}?${query}`;
  };
  return { previous: page > 1 ? to(page - 1) : null, next: page < pages ? to(page + 1) : null };
}

/** Scheme, name and port by which the client knows this app; the name is an allowed one by now. */
export const originOf = (req: Request): string =>
  `${req.secure ? 'https' : 'http'}://${req.get('Host')}`;
