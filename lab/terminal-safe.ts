// Text of others (a log's last line, a metrics page, a run from another machine) cannot steer the terminal:
// of control characters only those leave that the lab itself writes.
import { stripVTControlCharacters } from 'node:util';

const csi = `${String.fromCharCode(27)}\\[`;
/** Colours, a line that is drawn again, and the ends of lines. */
const own = new RegExp(`(${csi}\\d+(?:;\\d+)*m|\\r${csi}K|\\r?\\n|\\t)`);
const foreign = /(?![\n\t])\p{Cc}/u;
const everyControl = /\p{Cc}/gu;

export function safeText(text: string): string {
  if (!foreign.test(text)) return text;
  const parts = text.split(own);
  // Those at odd places are what the pattern caught.
  return parts
    .map((part, index) =>
      index % 2 === 1 ? part : stripVTControlCharacters(part).replace(everyControl, ''),
    )
    .join('');
}

type Stream = NodeJS.WriteStream;
const unguarded = new WeakMap<Stream, Stream>();

/** From now on; a pipe may lead to a terminal as well. Bytes are left as they are. */
export function guard(stream: Stream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  unguarded.set(stream, Object.create(stream, { write: { value: write } }));
  stream.write = (chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? safeText(chunk) : chunk, ...rest);
}

/** For what moves the cursor itself, as the prompts of `lab init` do. */
export const unguardedOf = (stream: Stream): Stream => unguarded.get(stream) ?? stream;
