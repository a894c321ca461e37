// Logs go to stderr, written at once: what a dying process said last is what matters.
import { destination, type Logger, pino } from 'pino';
import type { Config } from './config';

export function createLog(level: Config['logLevel']): Logger {
  return pino({ level, base: { pid: process.pid } }, destination({ dest: 2, sync: true }));
}
