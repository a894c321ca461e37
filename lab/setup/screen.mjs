// The list of set-up steps a person watches: redrawn in place on a terminal, else a line an event.

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const REDRAW_MS = 120;
const LABEL_WIDTH = 16;
const COLOURS = { done: 32, failed: 31, running: 36, waiting: 2 };
const MARKS = { done: '✔', failed: '✖', waiting: '·' };

/** One step as text: `✔ k6 2.2   built from tools/k6   74 s`. Pure; `frame` turns the wheel. */
function renderStep({ label, state, note = '', seconds }, frame) {
  const mark = MARKS[state] ?? (frame === undefined ? '▸' : FRAMES[frame % FRAMES.length]);
  const time = seconds === undefined ? '' : `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return [`${mark} ${label.padEnd(LABEL_WIDTH)}`, note, time].filter(Boolean).join('  ').trimEnd();
}

export function openScreen(stream = process.stderr) {
  const live = stream.isTTY && process.env.TERM !== 'dumb';
  const colours = stream.isTTY && !process.env.NO_COLOR;
  const rows = [];
  let drawn = 0;
  let frame = 0;
  const paint = (row) => {
    const text = renderStep({ ...row, seconds: secondsOf(row) }, live ? frame : undefined);
    const fitted = live ? text.slice(0, (stream.columns || 80) - 1) : text;
    return colours ? `\x1b[${COLOURS[row.state]}m${fitted}\x1b[0m` : fitted;
  };
  const draw = () => {
    const up = drawn ? `\x1b[${drawn}A` : '';
    stream.write(`${up}\x1b[J${rows.map((row) => `${paint(row)}\n`).join('')}`);
    drawn = rows.length;
    frame += 1;
  };
  // Nothing waits for a picture.
  const timer = live ? setInterval(draw, REDRAW_MS).unref() : undefined;
  return {
    /** Adds a step to the list; the function returned moves it on. */
    add(label, note) {
      const row = { label, state: 'waiting', note };
      rows.push(row);
      return (state, newNote = row.note) => {
        if (state === 'running') row.began ??= performance.now();
        else row.ended = performance.now();
        Object.assign(row, { state, note: newNote });
        if (live) draw();
        else stream.write(`${paint(row)}\n`);
      };
    },
    say(text) {
      stream.write(`${text}\n`);
      drawn = 0; // what stands above is no longer the list alone: draw a new one below
    },
    close() {
      clearInterval(timer);
      if (live && rows.length) draw();
    },
  };
}

function secondsOf({ state, began, ended }) {
  if (began === undefined) return undefined;
  if (state === 'running') {
    const seconds = (performance.now() - began) / 1000;
    return seconds < 1 ? undefined : seconds;
  }
  return (ended - began) / 1000;
}
