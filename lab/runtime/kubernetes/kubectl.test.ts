// What kubectl 1.34 says, and what a person is told.
import { describe, expect, it } from 'vitest';
import { failureOf } from './kubectl';

describe('a failure of kubectl', () => {
  it.each([
    [
      'nothing listens where the cluster should be',
      'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
      /No cluster answers kubectl\. Start one/,
    ],
    [
      'its machine is not there',
      'Unable to connect to the server: dial tcp: lookup cluster.invalid: no such host',
      /No cluster answers kubectl\. .*cluster\.invalid/,
    ],
    [
      'the manifests were not applied',
      'Error from server (NotFound): deployments.apps "lab" not found',
      /The lab is not in the namespace headroom\. `kubectl apply -k/,
    ],
    [
      'its account may not',
      'Error from server (Forbidden): deployments.apps "lab" is forbidden: User "me" cannot get resource',
      /Your account has too few rights in the namespace headroom.*User "me" cannot/,
    ],
    [
      'its credentials have expired',
      'error: You must be logged in to the server (Unauthorized)',
      /Your account has too few rights/,
    ],
    ['for another reason', 'error: unknown flag: --x', /`kubectl` failed \(error: unknown flag/],
  ])('%s', (_, stderr, says) => {
    const error = failureOf({ stderr: `Warning: something else\n${stderr}\n` });
    expect(error.message).toMatch(says);
    expect(error.exitCode).toBe(5);
  });

  it('is told as such where there is none', () => {
    expect(failureOf({ code: 'ENOENT' }).message).toContain('kubectl is not installed');
  });
});
