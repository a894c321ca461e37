// Every workload by its name. A new one is a file here, a line here, and its SLO in contract/slo.json.
import type { Workload } from '../lib/workload.ts';
import { api } from './api.ts';
import { browse } from './browse.ts';
import { buy } from './buy.ts';
import { db } from './db.ts';
import { fortunes } from './fortunes.ts';
import { json } from './json.ts';
import { micro } from './micro.ts';
import { mixed } from './mixed.ts';
import { plaintext } from './plaintext.ts';
import { wait } from './wait.ts';
import { work } from './work.ts';

export const WORKLOADS: Record<string, Workload> = {
  micro,
  plaintext,
  json,
  db,
  fortunes,
  wait,
  work,
  browse,
  buy,
  mixed,
  api,
};

/**
 * The workload of that name; an error that names the known ones if there is none.
 *
 * @param where the name stands
 */
export function workloadNamed(name: string, where = 'plan.workload'): Workload {
  const workload = Object.hasOwn(WORKLOADS, name) ? WORKLOADS[name] : undefined;
  if (workload !== undefined) return workload;
  const known = Object.keys(WORKLOADS).join(', ');
  throw new Error(
    `${where} is ${JSON.stringify(name)}: expected one of ${known}. ` +
      (where === 'plan.workload' ? 'Name one of them in the plan.' : 'Correct it or unset it.'),
  );
}
