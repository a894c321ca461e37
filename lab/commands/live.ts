// The live page beside an experiment: up before anything else is, and told what there is to see.
import type { RunEvents } from '../experiment/conduct';
import { type LivePage, serveLivePage } from '../live/page/server';
import { resultsDir, stateDir } from '../paths';
import { ports } from '../runtime/ports';
import { requireNoOtherLab } from '../runtime/processes';

/** Loopback, except in a container whose port is published on the host's loopback. */
const host = process.env.HEADROOM_LIVE_HOST ?? '127.0.0.1';

/** Its address is the first thing that a person is told. */
export async function openLivePage(): Promise<LivePage> {
  // Two labs would meet at this port first; what is the matter is said better so.
  requireNoOtherLab(stateDir);
  const page = await serveLivePage({ host, port: ports.live, resultsDir });
  console.error(`Watch it live: ${page.url}`);
  return page;
}

/** The same events, with the page told of each run's end. */
export const withLivePage = (page: LivePage, events: RunEvents): RunEvents => ({
  ...events,
  onTrial: (trial) => {
    page.tellEnded(undefined);
    events.onTrial?.(trial);
  },
  onEnd: (folder) => {
    events.onEnd?.(folder);
    const { id, status } = folder.run;
    page.tellEnded({ run: id, status });
  },
});
