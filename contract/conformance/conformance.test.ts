// The same black-box cases against each app: HEADROOM_CONFORMANCE says where they are.
import { beforeAll, describe, test } from 'vitest';
import { send } from './client';
import { subjects } from './subjects';
import { suite } from './suite';

const named = subjects().map((subject) => ({
  subject,
  name: subject.app + (subject.debug ? ' with debug logging' : ''),
}));

describe.each(named)('$name', ({ subject }) => {
  const groups = subject.debug ? suite.filter(({ againWithDebug }) => againWithDebug) : suite;

  beforeAll(async () => {
    const reply = await send(subject, { path: '/readyz' });
    if (reply.status !== 200) {
      throw new Error(`${reply.what}: expected 200 before the first case, got ${reply.status}`);
    }
    for (const { begin } of groups.flatMap(({ cases }) => cases)) await begin?.(subject);
  });

  describe.each(groups)('$title', ({ cases }) => {
    for (const { name, apps, skip, run } of cases) {
      if (apps && !apps.includes(subject.app)) continue;
      test(name, async (context) => {
        const reason = skip?.(subject);
        context.skip(reason !== undefined, reason);
        await run(subject);
      });
    }
  });
});
