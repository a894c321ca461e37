import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { placementVariables } from '../runtime/compose/settings';
import { unknownTopology } from '../runtime/native/topology';
import { checkOwner, envFileFor } from './containers';

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

const cpus = (count: number) => unknownTopology([...Array(count).keys()]);
const written = (count: number, uid = 1000) => parseEnv(envFileFor(cpus(count), { uid, gid: uid }));

describe('the .env for a machine', () => {
  it('sizes the subjects for the cores that they have', () => {
    expect(written(8)).toEqual({
      HEADROOM_SUBJECT_CPUSET: '0,1',
      HEADROOM_SUBJECT_CPUS: '2',
      HEADROOM_SUBJECT_MEMORY: '1024m',
      HEADROOM_DATABASE_CPUSET: '2,3',
      HEADROOM_DATABASE_CPUS: '2',
      HEADROOM_GENERATOR_CPUSET: '4,5,6',
      HEADROOM_SCREENS_CPUSET: '7',
      HEADROOM_EXPRESS_WORKERS: '2',
      HEADROOM_DJANGO_WORKERS: '6',
    });
  });

  it('leaves out what holds without it', () => {
    expect(written(2)).toEqual({
      HEADROOM_SUBJECT_CPUSET: '0',
      HEADROOM_DATABASE_CPUSET: '0',
      HEADROOM_GENERATOR_CPUSET: '1',
      HEADROOM_SCREENS_CPUSET: '1',
    });
  });

  it('gives the runs to another user than the usual one', () => {
    expect(written(2, 1001)).toMatchObject({ HEADROOM_UID: '1001', HEADROOM_GID: '1001' });
    expect(written(2, 0)).not.toHaveProperty('HEADROOM_UID');
  });

  it('is a choice that --runtime compose keeps', () => {
    expect(Object.keys(placementVariables(cpus(8), written(8)))).toEqual([
      'HEADROOM_SCREENS_CPUSET',
    ]);
  });
});
