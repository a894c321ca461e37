// What a variable may be: how its text is read, and what a person is told to give instead.
import { homedir } from 'node:os';
import { z } from 'zod';

/** `expected` completes the sentence "give …". */
export type Kind<Value> = { expected: string; schema: z.ZodType<Value, string> };

const kind = <Value>(expected: string, schema: z.ZodType<Value, string>): Kind<Value> => ({
  expected,
  schema,
});

const written = (pattern: RegExp) => z.string().regex(pattern);
const matching = (expected: string, pattern: RegExp) => kind(expected, written(pattern));

/** Digits alone: `1e4`, `0x10` and ` 8 ` are typing errors. */
export const whole = (least: number, most: number) =>
  kind(
    `a whole number from ${least} to ${most}`,
    written(/^\d+$/).transform(Number).pipe(z.int().min(least).max(most)),
  );

export const port = whole(1, 65_535);

const decimal = written(/^\d+(\.\d+)?$/).transform(Number);

export const cores = kind('a number of cores above 0', decimal.pipe(z.number().positive()));

export const coresOrAll = kind('a number of cores, or 0 for all', decimal);

/** Above it no step would ever be void. */
const mostOtherCores = 64;
export const otherCores = kind(
  `a number of cores above 0 and up to ${mostOtherCores}`,
  decimal.pipe(z.number().positive().max(mostOtherCores)),
);

export const seconds = kind('a number of seconds', decimal);

export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  kind(words.length === 2 ? words.join(' or ') : `one of ${words.join(', ')}`, z.enum(words));

export const zeroOrOne = oneOf(['0', '1']);

export const text = kind('any text', z.string());

/** As a shell would, where a quoted `~/results` or a line of .env reached none. */
export const folder = kind(
  'the path of a folder',
  z.string().transform((path) => path.replace(/^~(?=\/|$)/, homedir())),
);

export const absolutePath = matching('an absolute path', /^\//);

const urlOf = (example: string, protocol: RegExp) =>
  kind(
    `a URL such as ${example}`,
    z.string().refine((url) => URL.canParse(url) && protocol.test(new URL(url).protocol)),
  );

export const webUrl = (example: string) => urlOf(example, /^https?:$/);
export const postgresUrl = (example: string) =>
  kind(
    `a URL such as ${example}, percent-encoded`,
    urlOf(example, /^postgres(ql)?:$/).schema.refine((url) => {
      try {
        return decodeURIComponent(url) !== '';
      } catch {
        return false; // A % that begins no escape.
      }
    }),
  );

export const dnsLabel = matching(
  'lower-case letters, digits and -',
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
);
export const host = matching('a host name or an IP address', /^[\w.:-]+$/);
export const address = matching('HOST:PORT such as 127.0.0.1:6565', /^[\w.:[\]-]+:\d{1,5}$/);

/** Of a revision; an image of a clone with changes has it with `-dirty`. */
export const revision = matching('a revision, as `git rev-parse HEAD` prints it', /^\S+$/);

export const pattern = kind(
  'a regular expression',
  z.string().refine((source) => {
    try {
      return Boolean(new RegExp(source));
    } catch {
      return false;
    }
  }),
);

export const wholeNumbers = matching(
  'whole numbers from 1, separated by commas, such as 100,200,400',
  /^\s*[1-9]\d*(\s*,\s*[1-9]\d*)*\s*$/,
);
export const hosts = kind(
  'host names, separated by commas',
  written(/^[\w.:, -]+$/).transform((list) => list.split(',').map((host) => host.trim())),
);

// What docker-compose.yml alone takes.

export const publishedPort = whole(0, 65_535);
export const publishedPorts = matching(
  'a port, or a range such as 8081-8089',
  /^\d{1,5}(-\d{1,5})?$/,
);
export const cpuset = matching('cores such as 0,2-3', /^\d+(-\d+)?(,\d+(-\d+)?)*$/);
export const memory = matching('a size such as 768m or 2g', /^\d+[bkmg]b?$/i);
export const duration = matching('a time such as 30d', /^(\d+(ms|[smhdwy]))+$/);
export const diskSize = matching('a size such as 2GB', /^\d+([KMGTPE]?B)$/);
export const password = matching('letters, digits, - and _', /^[\w-]+$/);
export const sessionSecret = matching('50 characters or more', /^.{50,}$/);
