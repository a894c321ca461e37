// What the lab in its pod is told of the configuration here.
import { expect, it } from 'vitest';
import { readConfiguration } from '../configuration/configuration';
import { variablesThere } from './in-cluster';

it('is what the lab itself reads there; a file is named by where it is there', () => {
  const given = readConfiguration({
    ...{ HEADROOM_OTHER_CORES: '0.5', HEADROOM_CAVEAT: 'On a shared node.' },
    ...{ HEADROOM_ALLOW_HOSTS: 'web,api', HEADROOM_ALLOW_FILE: '/etc/hosts-of-mine' },
    ...{ HEADROOM_LIVE_PORT: '13100', HEADROOM_RESULTS: '/elsewhere' },
  });
  expect(variablesThere(given).sort()).toEqual([
    'HEADROOM_ALLOW_FILE=/tmp/here/etc/hosts-of-mine',
    'HEADROOM_ALLOW_HOSTS=web,api',
    'HEADROOM_CAVEAT=On a shared node.',
    'HEADROOM_OTHER_CORES=0.5',
  ]);
});

it('is nothing where nothing is set', () => {
  expect(variablesThere(readConfiguration({}))).toEqual([]);
});
