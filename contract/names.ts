// What each app calls the things that a browser finds by itself: the session's cookie, the field of a
// form that holds the CSRF token, the staff's pages. They are the framework's business, so the contract
// has neutral names, and an app may have its own. Conformance and k6 read them here.

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

const neutral: Names = {
  sessionCookie: 'sid',
  csrfField: '_csrf',
  staff: {
    products: '/staff/products',
    add: '/staff/products/new',
    change: (id) => `/staff/products/${id}/edit`,
    remove: (id) => `/staff/products/${id}/delete`,
    confirmation: { confirm: 'yes' },
    stockShown: 'stock_shown',
  },
};

/** Those of Django's sessions, CsrfViewMiddleware and admin. */
const django: Names = {
  sessionCookie: 'sessionid',
  csrfField: 'csrfmiddlewaretoken',
  staff: {
    products: '/staff/shop/product/',
    add: '/staff/shop/product/add/',
    change: (id) => `/staff/shop/product/${id}/change/`,
    remove: (id) => `/staff/shop/product/${id}/delete/`,
    confirmation: { post: 'yes' },
    stockShown: 'initial-stock',
  },
};

const own: Record<string, Names> = { django };

/** @param app neutral names, where it has none of its own */
export const namesOf = (app: string): Names => own[app] ?? neutral;
