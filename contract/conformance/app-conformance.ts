// The same black-box cases against each subject of one app: HEADROOM_CONFORMANCE says where it is.
import { beforeAll, describe, test } from 'vitest';
import type { Group } from './case';
import { send } from './client';
import { nameOf, type Subject, subjects } from './subjects';
import { groupsFor } from './suite';

/** Whom a file asks: whoever is held to all cases or all but the shop's, or to one of these. */
type Part = 'shop' | 'again';

const partOf = ({ again, only }: Subject): Part | undefined =>
  again ? 'again' : only === 'shop' ? only : undefined;

/** Registers the cases. A file for each part of an app's: they mostly wait, and do so side by side. */
export function conformanceOf(app: Subject['app'], part?: Part): void {
  const named = subjects()
    .filter((subject) => subject.app === app && partOf(subject) === part)
    .map((subject) => ({ subject, name: nameOf(subject) }));
  if (named.length === 0) {
    // Who gives subjects of their own gives none for a part.
    if (part) test(`${app}: the whole stands in its own file`, () => {});
    else test(app, (context) => context.skip(`no subject that was given is ${app}`));
    return;
  }

  describe.each(named)('$name', ({ subject }) => {
    const groups = groupsFor(subject);

    beforeAll(async () => {
      const reply = await send(subject, { path: '/readyz' });
      if (reply.status !== 200) {
        throw new Error(`${reply.what}: expected 200 before the first case, got ${reply.status}`);
      }
    });
    registerCases(groups, () => subject);
  });
}

/** @param subjectOf gives the subject once it is up */
export function registerCases(groups: readonly Group[], subjectOf: () => Subject): void {
  beforeAll(async () => {
    for (const { begin } of groups.flatMap(({ cases }) => cases)) await begin?.(subjectOf());
  });

  describe.each(groups)('$title', ({ cases }) => {
    for (const { name, patienceMs, skip, run } of cases) {
      test(name, patienceMs ? { timeout: patienceMs } : {}, async (context) => {
        const reason = skip?.(subjectOf());
        context.skip(reason !== undefined, reason);
        await run(subjectOf());
      });
    }
  });
}
