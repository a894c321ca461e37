// What an app can be asked for, and what it promises for each.
import { basename } from 'node:path';
import type { Part } from '../../contract/app';
import {
  type AppName,
  appNamed,
  appNames,
  appTitle,
  ownWorkload,
  ownWorkloadNames,
} from '../../contract/apps';
import shopWorkloads from '../../contract/shop-workloads.json';
import sloFile from '../../contract/slo.json';
import { usageError } from '../errors';
import type { LoadPlan } from '../results/schemas';

/** The part of the contract that a workload asks for. */
export function partOf(workload: string): Part {
  if (shopWorkloads.includes(workload)) return 'shop';
  return workload === 'wait' || workload === 'work' ? 'exhibits' : 'micro';
}

/** Whether an app can be asked for a workload at all: one of its own, or of a part that it serves. */
export const canServe = (app: AppName, workload: string): boolean =>
  ownWorkload(workload)?.apps.includes(app) ?? appNamed(app).serves.includes(partOf(workload));

/** The mix of requests of every command that names no other: the first that all apps serve. */
export const defaultWorkload: string =
  ['micro', ...ownWorkloadNames].find((workload) =>
    appNames.every((app) => canServe(app, workload)),
  ) ?? 'micro';

/** @throws LabError when the app does not serve what the workload asks for */
export function requireServed(app: AppName, workload: string): void {
  if (canServe(app, workload)) return;
  const { file, serves } = appNamed(app);
  const served = [...serves, ...ownWorkloadNames.filter((name) => canServe(app, name))];
  throw usageError(
    `${appTitle(app)} does not serve ${workload}: its ${basename(file)} lists only ${served.join(', ')}. Choose another workload, or another app.`,
  );
}

export const workloadNames: readonly string[] = [...Object.keys(sloFile), ...ownWorkloadNames];

export function sloOf(workload: string): LoadPlan['slo'] {
  const slos: Record<string, LoadPlan['slo']> = sloFile;
  const slo = ownWorkload(workload)?.slo ?? slos[workload];
  if (slo === undefined) {
    throw usageError(
      `Workload "${workload}" has no SLO: the apps here can be asked for ${workloadNames.filter((name) => appNames.some((app) => canServe(app, name))).join(', ')}.`,
    );
  }
  return slo;
}
