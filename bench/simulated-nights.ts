// Simulated nights of 40 series, measured and judged as `lab nightly` does it.

import {
  judgeNight,
  type NightOptions,
  type NightSeries,
  type NightVerdict,
  RERUNS,
} from '../lab/experiments/nightly/verdict';
import { type Random, seededRandom } from '../lab/statistics/random';

export const SERIES = 40;
/** Spread from night to night: half of the series have the one, half the other. */
const SPREADS = [0.02, 0.05] as const;
const LEVEL = 100;
/** Nights of A/A that are judged, after those that only make a history. */
export const NIGHTS = 90;
/** Nights within which a step is to be found. */
export const SOON = 5;
/** Series that step at once; the rest stay, as neighbours do. */
export const STEPPING = 4;
/** Suspicion has a series run again about so often. */
const RERUN_IN_HISTORY = 0.1;

/** What the nights before and the noise are like. */
export interface Machine {
  /** Nights before the first that is judged. */
  readonly history: number;
  /** Carry-over from each night to the next. */
  readonly phi: number;
  /** The part of a night's own variance that its re-runs have in common with it; none by default. */
  readonly shared?: number;
  /** Noise of Student's t with three degrees of freedom, in place of normal. */
  readonly heavyTails?: boolean;
  readonly levels?: NightOptions['levels'];
}

/**
 * A series whose noise is AR(1) from night to night; a re-run is another draw of the same night,
 * given the night before.
 */
class SimulatedSeries {
  nights: number[][] = [];
  private state: number;
  private before: number;
  private common = 0;

  constructor(
    readonly cv: number,
    private readonly machine: Machine,
    private readonly random: Random,
  ) {
    this.state = random.normal();
    this.before = random.normal();
  }

  measureNight(level: number): void {
    this.before = this.state;
    this.common = this.noise();
    this.state = this.draw();
    this.nights.push([level * (1 + this.cv * this.state)]);
  }

  rerun(level: number): void {
    for (let made = 0; made < RERUNS; made += 1) {
      this.nights.at(-1)?.push(level * (1 + this.cv * this.draw()));
    }
  }

  /** An accepted change: from here on only the new regime counts. */
  forget(nights: number): void {
    this.nights = this.nights.slice(nights);
  }

  /** Of variance 1. */
  private noise(): number {
    const { random } = this;
    if (!this.machine.heavyTails) return random.normal();
    const squares = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
    return random.normal() / Math.sqrt(squares);
  }

  private draw(): number {
    const { phi, shared = 0 } = this.machine;
    const own = Math.sqrt(shared) * this.common + Math.sqrt(1 - shared) * this.noise();
    return phi * this.before + Math.sqrt(1 - phi ** 2) * own;
  }
}

const mixedSpread = (i: number): number => SPREADS[i % SPREADS.length] as number;

/** @param cvOf spread of the i-th series */
function machineOf(machine: Machine, cvOf: (i: number) => number, random: Random) {
  const all = Array.from(
    { length: SERIES },
    (_, i) => new SimulatedSeries(cvOf(i), machine, random),
  );
  for (let night = 0; night < machine.history; night += 1) {
    for (const series of all) {
      series.measureNight(LEVEL);
      if (random.uniform() < RERUN_IN_HISTORY) series.rerun(LEVEL);
    }
  }
  return all;
}

/** As `lab nightly` does it: measure, judge, run the suspicious again, judge those again. */
function runNight(
  all: readonly SimulatedSeries[],
  levelOf: (series: number) => number,
  options: NightOptions,
): { changed: NightVerdict[]; reruns: number } {
  for (const [i, series] of all.entries()) series.measureNight(levelOf(i));
  const asSeries = (): NightSeries[] =>
    all.map(({ nights }, i) => ({ name: `${i}`, better: 'lower', nights }));
  let verdicts = judgeNight(asSeries(), options);
  let measured = 0;
  const changed: NightVerdict[] = [];
  for (;;) {
    changed.push(...verdicts.filter(({ state }) => state === 'changed'));
    const suspicious = verdicts.filter(({ state }) => state === 'suspicious');
    if (suspicious.length === 0) return { changed, reruns: measured };
    for (const { name } of suspicious) all[Number(name)]?.rerun(levelOf(Number(name)));
    measured += RERUNS * suspicious.length;
    const only = new Set(suspicious.map(({ name }) => name));
    verdicts = judgeNight(asSeries(), { ...options, only });
  }
}

export interface Quiet {
  /** Nights of 90 that raised anything, for each repeat. */
  readonly raised: readonly number[];
  /** Over all series; a night without suspicion has none. */
  readonly rerunsANight: number;
}

/** 90 nights of A/A, for each of the seeds. */
export function quietNights(machine: Machine, seeds: readonly number[]): Quiet {
  let reruns = 0;
  const raised = seeds.map((seed) => {
    const random = seededRandom(seed);
    const options: NightOptions = { random, ...(machine.levels && { levels: machine.levels }) };
    const all = machineOf(machine, mixedSpread, random);
    let nightsRaised = 0;
    for (let night = 0; night < NIGHTS; night += 1) {
      const tonight = runNight(all, () => LEVEL, options);
      reruns += tonight.reruns;
      if (tonight.changed.length > 0) nightsRaised += 1;
      for (const { name, change } of tonight.changed) all[Number(name)]?.forget(change?.index ?? 0);
    }
    return nightsRaised;
  });
  return { raised, rerunsANight: reruns / seeds.length / NIGHTS };
}

export interface Step {
  /** As a ratio of the level. */
  readonly step: number;
  /** Spread from night to night of the series that step. */
  readonly cv: number;
}

/** Share of stepping series found (in the right direction) by each of the first five nights. */
export function foundWithin(
  { step, cv, ...machine }: Machine & Step,
  seeds: readonly number[],
): number[] {
  const foundOn = new Array<number>(SOON).fill(0);
  for (const seed of seeds) {
    const random = seededRandom(1e6 + seed);
    const stepping = Array.from({ length: STEPPING }, (_, i) => `${i}`);
    const levels = machine.levels && { levels: machine.levels };
    const options: NightOptions = { random, only: new Set(stepping), ...levels };
    const all = machineOf(machine, (i) => (i < STEPPING ? cv : mixedSpread(i)), random);
    const open = new Set(stepping);
    const levelOf = (i: number): number => (i < STEPPING ? LEVEL * (1 + step) : LEVEL);
    for (let night = 0; night < SOON; night += 1) {
      for (const { name, direction } of runNight(all, levelOf, options).changed) {
        if (direction !== 'regression' || !open.delete(name)) continue;
        foundOn[night] = (foundOn[night] as number) + 1;
      }
    }
  }
  let found = 0;
  return foundOn.map((count) => {
    found += count;
    return found / (seeds.length * STEPPING);
  });
}

const TEN_YEARS = 3650;

/** Seconds for one night's verdict over ten years of 40 series, of which `changed` have stepped. */
export function tenYearSeconds(changed: number): number {
  const random = seededRandom(10);
  const series = Array.from({ length: SERIES }, (_, i): NightSeries => {
    const nights = Array.from({ length: TEN_YEARS }, (_night, night) => {
      const level = i < changed && night >= TEN_YEARS - 3 ? LEVEL * 1.2 : LEVEL;
      return [level * (1 + 0.03 * random.normal())];
    });
    return { name: `${i}`, better: 'lower', nights };
  });
  const start = performance.now();
  const first = judgeNight(series, { random });
  const suspicious = first.filter(({ state }) => state === 'suspicious').map(({ name }) => name);
  const only = new Set(suspicious);
  const again = series.map((one): NightSeries => {
    if (!only.has(one.name)) return one;
    const tonight = one.nights.at(-1) ?? [];
    const reruns = Array.from({ length: RERUNS }, () => tonight[0] as number);
    return { ...one, nights: [...one.nights.slice(0, -1), [...tonight, ...reruns]] };
  });
  judgeNight(again, { random, only });
  return (performance.now() - start) / 1000;
}
