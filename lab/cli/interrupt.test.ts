import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { environmentError, Interrupted } from '../errors';
import { unlessInterrupted } from './interrupt';

const aborted = AbortSignal.abort();
const fails = (error: unknown) => () => Promise.reject(error);

describe('what fails', () => {
  it('after Ctrl-C is the interruption, whatever it calls itself', async () => {
    const told = vi.spyOn(console, 'error').mockReturnValue(undefined);
    onTestFinished(() => told.mockRestore());
    const failed = unlessInterrupted(aborted, fails(environmentError('initdb was ended')));
    await expect(failed).rejects.toMatchObject({ exitCode: 130 });
    expect(told).not.toHaveBeenCalled();
  });

  it.each([
    [
      'a full disk',
      environmentError(
        'no room',
        Object.assign(new Error('x'), { syscall: 'write', code: 'ENOSPC' }),
      ),
    ],
    ['a bug', new TypeError('no room')],
  ])('of another cause (%s) is told as well', async (_what, error) => {
    const told = vi.spyOn(console, 'error').mockReturnValue(undefined);
    onTestFinished(() => told.mockRestore());
    await expect(unlessInterrupted(aborted, fails(error))).rejects.toBeInstanceOf(Interrupted);
    expect(told).toHaveBeenCalledWith('Another error followed: no room');
  });

  it('without one is what it is', async () => {
    const error = environmentError('initdb cannot make it');
    const { signal } = new AbortController();
    await expect(unlessInterrupted(signal, fails(error))).rejects.toBe(error);
    expect(await unlessInterrupted(aborted, async () => 1)).toBe(1);
  });
});
