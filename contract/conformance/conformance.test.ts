// The same black-box cases against each app: HEADROOM_CONFORMANCE says where they are.
import { beforeAll, describe, test } from 'vitest';
import { send } from './client';
import { nameOf, subjects } from './subjects';
import { groupsFor } from './suite';

const named = subjects().map((subject) => ({ subject, name: nameOf(subject) }));

describe.each(named)('$name', ({ subject }) => {
  const groups = groupsFor(subject);

  beforeAll(async () => {
    const reply = await send(subject, { path: '/readyz' });
    if (reply.status !== 200) {
      throw new Error(`${reply.what}: expected 200 before the first case, got ${reply.status}`);
    }
    for (const { begin } of groups.flatMap(({ cases }) => cases)) await begin?.(subject);
  });

  describe.each(groups)('$title', ({ cases }) => {
    for (const { name, patienceMs, skip, run } of cases) {
      test(name, patienceMs ? { timeout: patienceMs } : {}, async (context) => {
        const reason = skip?.(subject);
        context.skip(reason !== undefined, reason);
        await run(subject);
      });
    }
  });
});
