// How often a quiet machine would wake somebody, how soon a real step is found, and what a verdict
// over ten years of history costs: simulated nights of 40 series.

import {
  judgeNight,
  type NightOptions,
  type NightSeries,
  type NightVerdict,
  RERUNS,
} from '../lab/analysis/nights/night-verdict';
import { type Random, seededRandom } from '../lab/analysis/statistics/random';
import { renderTable } from './table';

const SERIES = 40;
const NIGHTS = 90;
const SPREADS = [0.02, 0.05] as const;
const CORRELATIONS = [0, 0.4] as const;
const LEVEL = 100;
/** Nights within which a step is to be found. */
const SOON = 5;
/** Series that step at once in the power table; the rest stay, as neighbours do. */
const STEPPING = 4;
const FULL_REPEATS = 20;
const FULL_POWER_REPEATS = 40;
const TEN_YEARS = 3650;

/**
 * A series whose noise is AR(1) from night to night; a re-run is another draw of the same night,
 * given the night before.
 */
class SimulatedSeries {
  nights: number[][] = [];
  private state: number;
  private before: number;

  constructor(
    readonly cv: number,
    private readonly phi: number,
    private readonly random: Random,
  ) {
    this.state = random.normal();
    this.before = random.normal();
  }

  measureNight(level: number): void {
    this.before = this.state;
    this.state = this.draw();
    this.nights.push([level * (1 + this.cv * this.state)]);
  }

  rerun(level: number): void {
    this.nights.at(-1)?.push(level * (1 + this.cv * this.draw()));
  }

  /** An accepted change: from here on only the new regime counts. */
  forget(nights: number): void {
    this.nights = this.nights.slice(nights);
  }

  private draw(): number {
    return this.phi * this.before + Math.sqrt(1 - this.phi ** 2) * this.random.normal();
  }
}

/** As `lab nightly` does it: measure, judge, run the suspicious again, judge those again. */
function runNight(
  all: readonly SimulatedSeries[],
  levelOf: (series: number) => number,
  options: NightOptions,
): { changed: NightVerdict[]; suspicious: number } {
  for (const [i, series] of all.entries()) series.measureNight(levelOf(i));
  const asSeries = (): NightSeries[] =>
    all.map(({ nights }, i) => ({ name: `${i}`, better: 'lower', nights }));
  const suspicious = judgeNight(asSeries(), options)
    .filter(({ state }) => state === 'suspicious')
    .map(({ name }) => name);
  if (suspicious.length === 0) return { changed: [], suspicious: 0 };
  for (const name of suspicious) {
    const i = Number(name);
    for (let made = 0; made < RERUNS; made += 1) all[i]?.rerun(levelOf(i));
  }
  const again = judgeNight(asSeries(), { ...options, only: new Set(suspicious) });
  return {
    changed: again.filter(({ state }) => state === 'changed'),
    suspicious: suspicious.length,
  };
}

const seriesOf = (phi: number, cvOf: (i: number) => number, random: Random): SimulatedSeries[] =>
  Array.from({ length: SERIES }, (_, i) => new SimulatedSeries(cvOf(i), phi, random));

const mixedSpread = (i: number): number => SPREADS[i % SPREADS.length] as number;

export interface QuietSetting {
  readonly history: number;
  readonly phi: number;
  readonly noise?: NightOptions['noise'];
}

export interface QuietRow extends QuietSetting {
  readonly repeats: number;
  /** Nights of 90 that raised anything, on average over the repeats. */
  readonly raised: number;
  readonly worst: number;
  /** Series run again a night. */
  readonly rerunsANight: number;
}

/** 90 nights of A/A on 40 series, half at a spread of 2 %, half at 5 %. */
export function quietNights(setting: QuietSetting, repeats: number): QuietRow {
  let raised = 0;
  let worst = 0;
  let suspicious = 0;
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    const random = seededRandom(repeat);
    const options: NightOptions = { random, noise: setting.noise };
    const all = seriesOf(setting.phi, mixedSpread, random);
    for (let night = 0; night < setting.history; night += 1) {
      for (const series of all) series.measureNight(LEVEL);
    }
    let nightsRaised = 0;
    for (let night = 0; night < NIGHTS; night += 1) {
      const tonight = runNight(all, () => LEVEL, options);
      suspicious += tonight.suspicious;
      if (tonight.changed.length > 0) nightsRaised += 1;
      for (const { name, change } of tonight.changed) all[Number(name)]?.forget(change?.index ?? 0);
    }
    raised += nightsRaised;
    worst = Math.max(worst, nightsRaised);
  }
  return {
    ...setting,
    repeats,
    raised: raised / repeats,
    worst,
    rerunsANight: suspicious / repeats / NIGHTS,
  };
}

export interface StepSetting {
  readonly history: number;
  readonly phi: number;
  readonly step: number;
  readonly cv: number;
}

/** Share of stepping series found (in the right direction) by each of the first five nights. */
export function foundWithin(setting: StepSetting, repeats: number): number[] {
  const foundOn = new Array<number>(SOON).fill(0);
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    const random = seededRandom(1e6 + repeat);
    const stepping = Array.from({ length: STEPPING }, (_, i) => `${i}`);
    const options: NightOptions = { random, only: new Set(stepping) };
    const cvOf = (i: number): number => (i < STEPPING ? setting.cv : mixedSpread(i));
    const all = seriesOf(setting.phi, cvOf, random);
    for (let night = 0; night < setting.history; night += 1) {
      for (const series of all) series.measureNight(LEVEL);
    }
    const open = new Set(stepping);
    const levelOf = (i: number): number => (i < STEPPING ? LEVEL * (1 + setting.step) : LEVEL);
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
    return found / (repeats * STEPPING);
  });
}

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

const QUIET: readonly QuietSetting[] = [
  ...[0, 60].flatMap((history) => CORRELATIONS.map((phi) => ({ history, phi }))),
  ...CORRELATIONS.map((phi) => ({ history: 60, phi, noise: 'blocks' as const })),
];
const HISTORIES = [30, 60, 120, 365] as const;
const STEPS = [
  { step: 0.05, cv: 0.02 },
  { step: 0.1, cv: 0.05 },
] as const;

function renderQuiet(scale: number): string {
  const repeats = Math.max(1, Math.round(FULL_REPEATS * scale));
  return renderTable(
    [
      'history, noise',
      'phi',
      'nights of 90 that raise',
      'worst of repeats',
      'series re-run a night',
    ],
    QUIET.map((setting) => quietNights(setting, repeats)).map((row) => [
      `${row.history} nights, ${row.noise === 'blocks' ? 'blocks' : 'innovations (ours)'}`,
      row.phi,
      row.raised.toFixed(2),
      row.worst,
      row.rerunsANight.toFixed(2),
    ]),
  );
}

function renderPower(scale: number): string {
  const repeats = Math.max(1, Math.round(FULL_POWER_REPEATS * scale));
  const rows = CORRELATIONS.flatMap((phi) =>
    STEPS.flatMap(({ step, cv }) =>
      HISTORIES.map((history) => [
        `${100 * step} % at cv ${100 * cv} %`,
        phi,
        history,
        ...foundWithin({ history, phi, step, cv }, repeats).map(
          (share) => `${Math.round(100 * share)} %`,
        ),
      ]),
    ),
  );
  const nights = Array.from({ length: SOON }, (_, night) => `by night ${night + 1}`);
  return renderTable(['step', 'phi', 'nights before', ...nights], rows);
}

/** `npm run bench -- nightly [scale]`. */
export function run(args: readonly string[]): void {
  const scale = Number(args[0] ?? 1);
  const text = [
    `False alarms: ${NIGHTS} nights of A/A on ${SERIES} series, ${FULL_REPEATS * scale} repeats:`,
    renderQuiet(scale),
    `Power: share of steps found and confirmed, ${FULL_POWER_REPEATS * scale * STEPPING} steps each:`,
    renderPower(scale),
    `One verdict over ${TEN_YEARS} nights of ${SERIES} series: ` +
      [0, STEPPING, SERIES]
        .map((changed) => `${tenYearSeconds(changed).toFixed(2)} s with ${changed} changed`)
        .join(', '),
  ];
  process.stdout.write(`${text.join('\n\n')}\n`);
}
