// What happens to containers unasked, from the engine's stream of events.
import { createInterface } from 'node:readline';
import { describeEnding } from '../native/processes';
import { endingOf } from './container-ending';
import type { Engine } from './engine';

export type ContainerEvent = { id: string; service: string; what: string; startedAgain: boolean };

/**
 * Calls `onEvent` for each container of the project that dies, starts or runs out of memory, until
 * the signal is aborted; `onEnd` when the engine stops telling before that.
 */
export async function watchContainers(
  engine: Engine,
  project: string,
  signal: AbortSignal,
  { onEvent, onEnd }: { onEvent: (event: ContainerEvent) => void; onEnd: () => void },
): Promise<void> {
  const filters = encodeURIComponent(
    JSON.stringify({
      type: ['container'],
      event: ['die', 'oom', 'start'],
      label: [`com.docker.compose.project=${project}`],
    }),
  );
  const stream = await engine.stream(`/events?filters=${filters}`, signal);
  createInterface({ input: stream })
    .on('line', (line) => {
      const event = eventIn(line);
      if (event !== undefined) onEvent(event);
    })
    .on('error', () => undefined) // Being closed tells as much.
    .on('close', () => {
      if (!signal.aborted) onEnd();
    });
}

/** One line of the stream; undefined for what is not told of a service. */
export function eventIn(line: string): ContainerEvent | undefined {
  const { Action, Actor } = JSON.parse(line) as {
    Action: string;
    Actor: { ID: string; Attributes: Record<string, string | undefined> };
  };
  const { exitCode, 'com.docker.compose.service': service } = Actor.Attributes;
  if (service === undefined) return undefined;
  const event = { id: Actor.ID, service, startedAgain: Action === 'start' };
  if (Action === 'die') return { ...event, what: describeEnding(endingOf(Number(exitCode))) };
  if (Action === 'oom') return { ...event, what: 'ran into its memory limit' };
  return { ...event, what: 'was started again by Docker' };
}
