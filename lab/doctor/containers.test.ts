import { expect, it } from 'vitest';
import { checkOwner } from './containers';

it.each([
  ['another user than the container’s', 1001, {}, ['warn']],
  ['one whom .env names', 1001, { HEADROOM_UID: '1001' }, []],
  ['the usual one', 1000, {}, []],
  ['the usual one, where .env names another', 1000, { HEADROOM_UID: '1001' }, ['warn']],
  ['root', 0, {}, []],
  ['one where the variable is empty', 1000, { HEADROOM_UID: '' }, []],
])('of %s it is told whether runs will be theirs', (_who, uid, settings, statuses) => {
  expect(checkOwner(uid, settings).map(({ status }) => status)).toEqual(statuses);
});
