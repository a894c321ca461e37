// What each app calls the things that a browser finds by itself: the session's cookie, the field of a
// form that holds the CSRF token, the staff's pages. They are the framework's business, so the contract
// has neutral names, and an app may have its own in its app.json. k6 reads this file: it knows no file
// system and no package.
import type { App } from './app.ts';

/** As an app.json has them: `{id}` stands for a product's. */
export type NamesFile = NonNullable<App['names']>;

export type Names = {
  sessionCookie: string;
  /** Hidden in each form; the header X-CSRF-Token is the same for all. */
  csrfField: string;
  staff: {
    products: string;
    add: string;
    change: (id: number) => string;
    remove: (id: number) => string;
    /** What the page that asks sends when it is answered with yes. */
    confirmation: Record<string, string>;
    /** The stock that the form showed, so that it moves by what was changed. */
    stockShown: string;
  };
};

const neutral: NamesFile = {
  sessionCookie: 'sid',
  csrfField: '_csrf',
  staff: {
    products: '/staff/products',
    add: '/staff/products/new',
    change: '/staff/products/{id}/edit',
    remove: '/staff/products/{id}/delete',
    confirmation: { confirm: 'yes' },
    stockShown: 'stock_shown',
  },
};

/** Neutral names, where an app has none of its own. */
export function namesFrom({ staff, ...others }: NamesFile = neutral): Names {
  const filledIn = (template: string) => (id: number) => template.replace('{id}', String(id));
  return {
    ...others,
    staff: { ...staff, change: filledIn(staff.change), remove: filledIn(staff.remove) },
  };
}
