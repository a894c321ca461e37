// The live page: one dashboard of the catalogue at a time, fed by the lab's stream.
import { html, nothing, render } from 'lit-html';
import { dashboards } from '../../../../grafana/src/catalogue';
import { beginning, gapsOf, nothingYet, withFrame } from '../history';
import { defaultWindow, type Events, gridSeconds, windows } from '../messages';
import { bandsOf, current, lastLoadS, momentsOf } from '../phases';
import { answerOf } from './answer';
import { DashboardView } from './dashboard';
import { clock, currentTheme, find, onThemeChange } from './view';

/** A browser gives up on its own after some failures; the lab may be gone for longer. */
const retryMs = 2000;

type Listener = {
  [Name in keyof Events]: (data: Events[Name]) => void;
} & { lost: () => void };

const names = ['hello', 'frame', 'away', 'ended'] as const satisfies (keyof Events)[];

/** The stream from the lab: it comes back by itself when the lab does. */
class Stream {
  private source: EventSource | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private url = '';

  constructor(private readonly listener: Listener) {}

  open(dashboard: string, seconds: number): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.url = `/stream?${new URLSearchParams({ dashboard, seconds: String(seconds) })}`;
    this.connect();
  }

  private connect(): void {
    const source = new EventSource(this.url);
    this.source = source;
    for (const name of names) {
      source.addEventListener(name, ({ data }) => this.listener[name](JSON.parse(data)));
    }
    source.addEventListener('error', () => {
      this.listener.lost();
      if (source.readyState !== EventSource.CLOSED) return;
      this.retry = setTimeout(() => this.connect(), retryMs);
    });
  }
}

const status = find(document, '#status');
const now = find(document, '#now');
const pause = find<HTMLButtonElement>(document, '#pause');
const windowChoice = find<HTMLSelectElement>(document, '#window');
const links = find(document, '#dashboards');
const answer = find(document, '#answer');
const panels = find(document, '#panels');

let history = nothingYet;
/** When the latest frame came, by this browser's clock, which may differ from the lab's. */
let frameAtMs = 0;
let windowSeconds: number = defaultWindow;
let isPaused = false;
let build = '';
let ended: Events['ended'] = null;
let trouble: string | undefined;
let view: DashboardView | undefined;

const stream = new Stream({
  hello(lab) {
    // The lab was updated while the page stood open.
    if (build !== '' && build !== lab.build) location.reload();
    build = lab.build;
  },
  frame(latest) {
    history = withFrame(history, latest, windowSeconds);
    frameAtMs = performance.now();
    tell(undefined);
    draw();
  },
  away({ why }) {
    tell(
      why === 'starting'
        ? 'The lab is starting: Prometheus is not up yet.'
        : 'Prometheus does not answer. The panels continue when it is back.',
    );
  },
  ended(run) {
    ended = run;
    showNow(current(history, history.toS));
  },
  lost() {
    tell(
      'No connection to the lab: it has ended, is restarting, or serves too many browsers. The page continues when it can connect.',
    );
  },
});

function tell(what: string | undefined): void {
  if (what === trouble) return;
  trouble = what;
  status.textContent = what ?? '';
}

/** The lab's time now: it goes on while no frame comes, so that a gap is seen to grow. */
const nowS = (): number => history.toS + Math.floor((performance.now() - frameAtMs) / 1000);

function draw(): void {
  if (history.toS === 0 || isPaused || document.hidden) return;
  const toS = trouble === undefined ? history.toS : nowS();
  const marks = view?.marks ?? [];
  view?.draw({
    fromS: beginning(history, toS, windowSeconds),
    toS,
    history,
    gaps: gapsOf(history, toS),
    bands: bandsOf(history, marks),
    moments: momentsOf(history, marks),
    theme: currentTheme(),
  });
  showNow(trouble === undefined ? current(history, toS) : []);
}

function showNow(phases: string[]): void {
  const lastS = lastLoadS(history);
  const idle = lastS === undefined ? 'No load at the moment' : `No load since ${clock(lastS)}`;
  render(phases.length > 0 ? `Now ${phases.join('; ')}` : idle, now);
  const answered = phases.length === 0 && view?.uid === dashboards[0]?.uid ? ended : null;
  answer.hidden = answered === null;
  render(answered === null ? nothing : answerOf(answered), answer);
}

function setPaused(paused: boolean): void {
  isPaused = paused;
  pause.setAttribute('aria-pressed', String(paused));
}

function show(): void {
  const wanted = dashboards.find(({ uid }) => `#${uid}` === location.hash) ?? dashboards[0];
  if (wanted === undefined) return;
  for (const link of links.querySelectorAll('a')) {
    const isShown = link.hash === `#${wanted.uid}`;
    if (isShown) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${wanted.title} · Headroom, live`;
  history = nothingYet;
  // What was paused is gone: a new dashboard or window would stay empty.
  setPaused(false);
  view?.remove();
  view = new DashboardView(wanted);
  panels.replaceChildren(view.element);
  showNow([]);
  stream.open(wanted.uid, windowSeconds);
}

render(
  dashboards.map(({ uid, title }) => html`<li><a href="#${uid}">${title}</a></li>`),
  links,
);
render(
  windows.map(
    (seconds) =>
      html`<option value=${seconds}>${seconds < 3600 ? `${seconds / 60} minutes` : '1 hour'}</option>`,
  ),
  windowChoice,
);
windowChoice.value = String(windowSeconds);
windowChoice.addEventListener('change', () => {
  windowSeconds = Number(windowChoice.value);
  show();
});
pause.addEventListener('click', () => {
  setPaused(!isPaused);
  draw();
});
// The hash names the dashboard, so this link must not change it.
find(document, '.skip').addEventListener('click', (event) => {
  event.preventDefault();
  panels.focus();
});
addEventListener('hashchange', show);
document.addEventListener('visibilitychange', draw);
onThemeChange(draw);
// Without frames the time goes on nevertheless.
setInterval(() => trouble !== undefined && draw(), gridSeconds * 1000);
show();
