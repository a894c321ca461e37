import { describe, expect, it } from 'vitest';
import { eventIn } from './engine';

const line = (Action: string, attributes: Record<string, string>) =>
  JSON.stringify({ Type: 'container', Action, Actor: { ID: 'abc', Attributes: attributes } });
const service = { 'com.docker.compose.service': 'express' };

describe('an event of the engine', () => {
  it.each([
    ['die', { exitCode: '137' }, 'was ended by SIGKILL', false],
    ['die', { exitCode: '1' }, 'ended with code 1', false],
    ['die', { exitCode: '255' }, 'ended with code 255', false],
    ['oom', {}, 'ran into its memory limit', false],
    ['start', {}, 'was started again by Docker', true],
  ])('%s %j is told in words', (action, attributes, what, startedAgain) => {
    expect(eventIn(line(action, { ...service, ...attributes }))).toEqual({
      id: 'abc',
      service: 'express',
      what,
      startedAgain,
    });
  });

  it('of which an engine that ended told half is none', () => {
    expect(eventIn(line('die', service).slice(0, 20))).toBeUndefined();
  });

  it('of a container without a service is nobody’s business', () => {
    expect(eventIn(line('die', { exitCode: '0' }))).toBeUndefined();
  });
});
