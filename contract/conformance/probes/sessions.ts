// Ids that somebody chose, knows or made up.
import { expect } from 'vitest';
import { namesOf } from '../../apps';
import type { Case } from '../case';
import { ask } from '../orderly';
import { expectSeeOther, isLoggedIn, newEmail, newPassword, seeded } from '../shop';
import { Visitor } from '../visitor';

export const fixation: Case = {
  name: 'an id that somebody chose or knows is not the one after a login',
  run: async (subject) => {
    const { email, password } = seeded(91);
    const attacker = new Visitor(subject);
    await attacker.get('/login');
    const known = attacker.sessionId ?? '';
    for (const chosen of [known, 'chosen-by-an-attacker-0123456789', 's%3Achosen.signature']) {
      const victim = new Visitor(subject);
      victim.sessionId = chosen;
      expectSeeOther(await victim.logIn(email, password), '/');
      expect(victim.sessionId).not.toBe(chosen);
      const thief = new Visitor(subject);
      thief.sessionId = chosen;
      expect(await isLoggedIn(thief)).toBe(false);
    }
  },
};

export const forgedCookies: Case = {
  name: 'a broken, long or forged cookie belongs to no session',
  run: async (subject) => {
    for (const value of [
      '',
      'x',
      '../../etc/passwd',
      's%3A1.x',
      '"',
      'a'.repeat(4000),
      '%00',
      "' OR 1=1",
      'null',
      // Python's cookies have escapes of their own: this one is a NUL.
      '"\\000abcdefghijklmnopqrstuvwxyz01234"',
      '"\\377\\376abcdefghijkl"',
    ]) {
      const visitor = new Visitor(subject);
      const reply = await visitor.get('/cart', {
        Accept: 'text/html',
        Cookie: `${visitor.names.sessionCookie}=${value}`,
      });
      expectSeeOther(reply, /^\/login\?next=/);
    }
  },
};

export const repeatedCookies: Case = {
  name: 'of several the first or the last counts, and is the session or none',
  run: async (subject) => {
    const { email, password } = seeded(93);
    const visitor = new Visitor(subject);
    await visitor.logIn(email, password);
    const right = visitor.cookieHeader;
    const { sessionCookie } = visitor.names;
    const wrong = `${sessionCookie}=0123456789abcdefghijklmnopqrstuv`;
    const statusWith = async (cookies: string) =>
      (await ask(subject, { path: '/api/cart', headers: { Cookie: cookies } })).status;
    const ofTwo = [await statusWith(`${right}; ${wrong}`), await statusWith(`${wrong}; ${right}`)];
    expect(ofTwo.toSorted(), `${subject.app}: with a wrong one beside it`).toEqual([200, 401]);
    expect(await statusWith(`a=b; ${right}; c=d`), `${subject.app}: between others`).toBe(200);
    expect(await statusWith(`x${sessionCookie}=1; ${right}`), `${subject.app}: a like name`).toBe(
      200,
    );
  },
};

export const cookieFlags: Case = {
  name: 'the session’s cookie is out of reach of scripts, of other sites and of other hosts',
  run: async (subject) => {
    const { email, password } = seeded(92);
    const byForm = await new Visitor(subject).logIn(email, password);
    const byApi = await new Visitor(subject).apiLogIn(email, password);
    const visitor = new Visitor(subject);
    const fields = { email: newEmail(), name: 'Somebody', password: newPassword };
    const byRegistering = await visitor.submit('/register', '/register', fields);
    for (const { what, headers } of [byForm, byApi, byRegistering]) {
      const cookies = headers['set-cookie'] ?? [];
      expect(cookies, `${what}: cookies`).toHaveLength(1);
      const [value = '', ...attributes] = (cookies[0] ?? '').split(/; */);
      const { sessionCookie } = namesOf(subject.app);
      expect(value, `${what}: cookie`).toMatch(new RegExp(`^${sessionCookie}=.{20,}`));
      const flags = attributes.map((attribute) => attribute.toLowerCase());
      expect(flags, `${what}: flags`).toEqual(
        expect.arrayContaining(['httponly', 'samesite=lax', 'path=/']),
      );
      expect(flags.filter((flag) => flag.startsWith('domain'))).toEqual([]);
    }
  },
};
