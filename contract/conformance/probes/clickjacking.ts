// A page of the shop inside somebody else's, with its buttons under theirs.
import { expect } from 'vitest';
import { namesOf } from '../../apps';
import type { Case } from '../case';
import { loggedIn, newCustomer, staffId } from '../shop';
import { Visitor } from '../visitor';

/** Whoever looks, right or refused: a page that may be framed once can be clicked once. */
const pages = ['/', '/products/1', '/search?q=oak', '/login', '/register', '/cart', '/checkout'];
const refused = ['/nope', '/products/0', '/products?page=0'];

export const framing: Case = {
  name: 'no page can be shown in a frame, by the old header and by the new',
  run: async (subject) => {
    const visitors = [
      { visitor: new Visitor(subject), paths: [...pages, ...refused, '/staff/'] },
      { visitor: await newCustomer(subject), paths: [...pages, '/orders', '/orders/0', '/staff/'] },
      {
        visitor: await loggedIn(subject, staffId),
        paths: ['/staff/', namesOf(subject.app).staff.add],
      },
    ];
    for (const { visitor, paths } of visitors) {
      const replies = [];
      for (const path of paths) replies.push(await visitor.get(path));
      // Refused for its missing token: a page as well.
      replies.push(await visitor.post('/logout', {}));
      for (const { what, headers } of replies) {
        expect(headers['x-frame-options'], `${what}: header x-frame-options`).toBe('DENY');
        const directives = String(headers['content-security-policy']).split(/; */);
        expect(directives, `${what}: header content-security-policy`).toContain(
          "frame-ancestors 'none'",
        );
      }
    }
  },
};
