// The live page beside an experiment: up before anything else is, and told what there is to see.

import { type LivePage, serveLivePage } from '../live/page/server';
import type { RunEvents } from '../measure/conductor';
import { resultsDir, stateDir } from '../paths';
import { requireNoOtherLab } from '../runtime/native/processes';
import { ports } from '../runtime/ports';
import type { RuntimeName } from './runtime';

/** Loopback, except in a container whose port is published on the host's loopback. */
const host = process.env.HEADROOM_LIVE_HOST ?? '127.0.0.1';

/** Its address is the first thing that a person is told. */
export async function openLivePage(runtime: RuntimeName): Promise<LivePage> {
  // Two labs would meet at this port first; what is the matter is said better so.
  requireNoOtherLab(stateDir);
  const serving = serveLivePage({ host, port: ports.live, resultsDir });
  const page = await (runtime === 'compose' ? serving.catch(pageOfTheStack) : serving);
  console.error(`Watch it live: ${page.url}`);
  return page;
}

/** A stack that is up publishes a live page at this port, of the Prometheus that is asked here too. */
function pageOfTheStack(): LivePage {
  return {
    url: `http://127.0.0.1:${ports.live}`,
    watch: () => undefined,
    tellEnded: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
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
