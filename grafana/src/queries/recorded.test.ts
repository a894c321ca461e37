// What panels show of series whose truth is known: a change of step, a rare event, a second k6, a
// restart of Prometheus, a flat zero.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeMark } from '../marks';
import { allValues, fillIn } from '../variables';
import { expressionOf, promtool, type Recorded, Replay } from './recorded.fixture';

const labels = (step: string, more = ''): string =>
  `app="express",run="r",trial="1",workload="micro",scenario="${step}",a_step="${step}"${more}`;

/** k6's pushes of a step: a counter of its own, from its first event on, every 2 s. */
function stepOf(step: string, ratePerSecond: number, fromS: number, seconds: number): Recorded[] {
  // Pushes are not on the grid that panels ask at.
  const pushes = Array.from({ length: seconds / 2 }, (_, index) => index + 1);
  const counter = (name: string, more: string, rate: number): Recorded => ({
    series: `${name}{${labels(step, more)}}`,
    samples: pushes.map((push) => [fromS + 2 * push - 0.7, Math.round(rate * 2 * push)]),
  });
  const ofRoute = (route: string) => `,name="${route}",status="200",expected_response="true"`;
  return [
    counter('k6_http_reqs_total', ofRoute('/db'), ratePerSecond / 2),
    counter('k6_http_reqs_total', ofRoute('/json'), ratePerSecond / 2),
    counter('k6_iterations_total', '', ratePerSecond),
  ];
}

/** Users, as k6 pushes them throughout. */
const gauge = (series: string, value: number, toS: number): Recorded => ({
  series,
  samples: Array.from({ length: toS / 2 }, (_, index) => [2 * index + 0.3, value]),
});

const valueAt = (points: readonly (readonly [number, number])[] | undefined, atS: number) =>
  points?.find(([pointS]) => pointS === atS)?.[1];

const offered = 'Offered against achieved rate';

describe('a change of step', () => {
  let replay: Replay;
  beforeAll(async () => {
    replay = await Replay.of([
      ...stepOf('step_01', 150, 0, 10),
      ...stepOf('step_02', 400, 10, 10),
      // As in a quick tour: over before a rate had two samples of it.
      ...stepOf('step_03', 600, 20, 2),
    ]);
  });
  afterAll(() => replay[Symbol.asyncDispose]());

  test.each(['achievedRate', 'offeredRate'])('%s shows the rate of each step', async (name) => {
    const [series] = await replay.ask(expressionOf(offered, name), 0, 40);
    for (const [atS, rate] of [
      [4, 150],
      [8, 150],
      [10, 150],
      [14, 400],
      [20, 400],
    ] as const) {
      const value = valueAt(series?.points, atS);
      expect(value, `after ${atS} s`).toBeGreaterThan(0.9 * rate);
      expect(value, `after ${atS} s`).toBeLessThan(1.1 * rate);
    }
  });

  test('never less than the slower of the two, where they meet', async () => {
    const [series] = await replay.ask(expressionOf(offered, 'achievedRate'), 10, 20);
    for (const [atS, value] of series?.points ?? []) {
      expect(value, `after ${atS} s`).toBeGreaterThanOrEqual(150);
    }
  });

  test('no request is lost, not even of a step that is over at once', async () => {
    const [series] = await replay.ask(expressionOf(offered, 'achievedRate'), 0, 40);
    const counted = (series?.points ?? []).reduce((sum, [, value]) => sum + 2 * value, 0);
    expect(counted).toBeCloseTo(150 * 10 + 400 * 10 + 600 * 2, 0);
  });

  test('the share within the SLO is a share at every moment', async () => {
    const panel = 'Share of requests within the SLO';
    const [series] = await replay.ask(expressionOf(panel, 'withinSloShare'), 0, 40);
    expect(series?.points.length).toBeGreaterThan(5);
    for (const [, value] of series?.points ?? []) expect(value).toBe(1);
  });
});

test('an event after a minute of silence is one event, not all that came before it', async () => {
  await using replay = await Replay.of([
    ...stepOf('step_01', 100, 0, 80),
    {
      series: `k6_dropped_iterations_total{${labels('step_01')}}`,
      samples: [
        [1.3, 300],
        [67.3, 301],
      ],
    },
  ]);
  const [series] = await replay.ask(expressionOf('Dropped iterations', 'droppedRate'), 0, 80);
  expect(valueAt(series?.points, 4)).toBe(75);
  expect(valueAt(series?.points, 40)).toBe(0);
  expect(valueAt(series?.points, 70)).toBe(0.25);
});

describe('an app that hangs, while arrivals go on', () => {
  let replay: Replay;
  beforeAll(async () => {
    const drops = Array.from(
      { length: 20 },
      (_, push) => [2 * push + 1.3, 200 * (push + 1)] as const,
    );
    replay = await Replay.of([
      { series: `k6_dropped_iterations_total{${labels('step_01')}}`, samples: drops },
    ]);
  });
  afterAll(() => replay[Symbol.asyncDispose]());

  test.each([
    ['Within the SLO', 'withinSloShare', 0],
    [offered, 'offeredRate', 100],
    ['Dropped iterations', 'droppedRate', 100],
  ])('%s: %s is %d', async (panel, query, value) => {
    const [series] = await replay.ask(expressionOf(panel, query), 10, 36);
    expect(series?.points.map(([, one]) => one)).toEqual(Array(14).fill(value));
  });
});

describe('two apps that take turns', () => {
  const ofDjango = (recorded: Recorded): Recorded => ({
    ...recorded,
    series: recorded.series.replace('app="express"', 'app="django"'),
  });
  const load = [...stepOf('step_01', 100, 0, 40), ...stepOf('step_01', 100, 0, 40).map(ofDjango)];
  const ofStep = 'app="express",run="r",workload="micro",scenario="step",step="step_01"';
  const conducted = (turns: string) => [
    gauge(`headroom_run_phase{${ofStep}${turns}}`, 1, 40),
    gauge(`headroom_step_offered_rps{${ofStep}${turns}}`, 200, 40),
    gauge(`headroom_step_users{${ofStep}${turns}}`, 8, 40),
    gauge(`k6_vus{${labels('step_01')}}`, 8, 40),
  ];
  const drops: Recorded = {
    series: `k6_dropped_iterations_total{${labels('step_01')}}`,
    samples: Array.from({ length: 20 }, (_, push) => [2 * push + 1.3, 20 * (push + 1)]),
  };
  const figures = [
    [offered, 'plannedRate'],
    ['Users and requests in flight', 'plannedUsers'],
    ['Throughput against users', 'usersAtWork'],
  ] as const;
  const sloOfApps = async (replay: Replay): Promise<(string | undefined)[]> => {
    const found = await replay.ask(expressionOf('Within the SLO', 'withinSloShare'), 20, 20);
    return found.map(({ labels: { app } }) => app).sort();
  };

  test.each(['in turns with django', 'in turns of 1, 8 users'])(
    '%s: what is of both is not told of the first',
    async (turns) => {
      await using replay = await Replay.of([...load, ...conducted(`,turns="${turns}"`)]);
      for (const [panel, query] of figures) {
        expect(await replay.ask(expressionOf(panel, query), 20, 20), query).toEqual([]);
      }
      expect(await sloOfApps(replay)).toEqual(['django', 'express']);
    },
  );

  test('nobody’s share is told while arrivals of either are dropped', async () => {
    await using replay = await Replay.of([
      ...load,
      drops,
      ...conducted(',turns="in turns with django"'),
    ]);
    expect(await sloOfApps(replay)).toEqual([]);
    expect(await replay.ask(expressionOf(offered, 'offeredRate'), 20, 20)).toEqual([]);
  });

  test('of an app that has the load for itself all of it is told', async () => {
    await using replay = await Replay.of([...load, drops, ...conducted('')]);
    for (const [panel, query] of figures) {
      expect(await replay.ask(expressionOf(panel, query), 20, 20), query).toHaveLength(1);
    }
    expect(await sloOfApps(replay)).toEqual(['django', 'express']);
  });
});

test('a second k6 by hand, whose counters begin again, is counted from its first push', async () => {
  const again = stepOf('step_01', 100, 20, 10);
  await using replay = await Replay.of(
    stepOf('step_01', 100, 0, 10).map(({ series, samples }, index) => ({
      series,
      samples: [...samples, ...(again[index]?.samples ?? [])],
    })),
  );
  const [series] = await replay.ask(expressionOf(offered, 'achievedRate'), 0, 40);
  const counted = (series?.points ?? []).reduce((sum, [, value]) => sum + 2 * value, 0);
  expect(counted).toBeCloseTo(2000, 0);
});

describe('native histograms', () => {
  /** A push of 2 s: iterations of 0.1 s each. */
  const push = (iterations: number) =>
    `{{schema:0 count:${iterations} sum:${iterations / 10} offset:-3 buckets:[${iterations}]}}`;

  test('are counted from the first push of a step on, like counters', () => {
    const name = 'k6_iteration_duration_seconds';
    promtool({
      input_series: [
        { series: `${name}{${labels('step_01')}}`, values: `${push(20)}+${push(20)}x4 stale` },
        { series: `${name}{${labels('step_02')}}`, values: `_x5 ${push(80)}+${push(80)}x4 stale` },
      ],
      promql_expr_test: [
        // 10 iterations per second of 0.1 s each are one user, 40 are four.
        ...[
          { at: '4s', users: 1 },
          { at: '8s', users: 1 },
          { at: '12s', users: 4 },
          { at: '18s', users: 4 },
          // The last push is counted though a stale marker follows it.
          { at: '20s', users: 2 },
        ].map(({ at, users }) => ({
          expr: expressionOf('Users, counted and by the law', 'littleProduct'),
          eval_time: at,
          exp_samples: [{ labels: '{app="express"}', value: users }],
        })),
      ],
    });
  });

  test('tell of no late starts while arrivals of either of two apps in turns are dropped', () => {
    const phase = 'run="r",workload="micro",app="express",scenario="step",step="step_01"';
    const lag = labels('step_01').replace('express', 'django');
    const series = [
      { series: `k6_schedule_lag_seconds{${lag}}`, values: `${push(20)}+${push(20)}x8` },
      {
        series: `headroom_run_phase{${phase},turns="in turns with django"}`,
        values: '1x10',
      },
    ];
    const drops = `k6_dropped_iterations_total{${labels('step_01')}}`;
    const late = (exp_samples: { labels: string; value: number }[]) => [
      { expr: expressionOf('Late starts', 'lateStartShare'), eval_time: '12s', exp_samples },
    ];
    promtool({
      input_series: series,
      promql_expr_test: late([{ labels: '{app="django"}', value: 0 }]),
    });
    promtool({
      input_series: [...series, { series: drops, values: '2+2x10' }],
      promql_expr_test: late([]),
    });
  });

  test('of a second k6 with the same labels are its own, and not negative', () => {
    const values = `${push(2000)}x2 stale _x4 ${push(20)}+${push(20)}x4`;
    const request = ',name="/db",status="200",expected_response="true"';
    promtool({
      input_series: [
        { series: `k6_iteration_duration_seconds{${labels('step_01')}}`, values },
        { series: `k6_http_req_duration_seconds{${labels('step_01', request)}}`, values },
      ],
      promql_expr_test: ['16s', '20s', '24s'].flatMap((at) => [
        {
          expr: expressionOf('Users, counted and by the law', 'littleProduct'),
          eval_time: at,
          // At 16 s one push has come.
          exp_samples: [{ labels: '{app="express"}', value: at === '16s' ? 0.5 : 1 }],
        },
        {
          expr: expressionOf('Client and server latency', 'clientMean'),
          eval_time: at,
          exp_samples: [{ labels: '{app="express"}', value: 0.1 }],
        },
        {
          expr: `round(1000 * (${expressionOf('Latency against achieved rate', 'latencyMedian')}))`,
          eval_time: at,
          // The middle of the bucket from 1/16 to 1/8 s on its logarithmic scale, in milliseconds.
          exp_samples: [{ labels: '{app="express"}', value: 88 }],
        },
      ]),
    });
  });
});

test('Little’s law tells no gap of users who take turns', () => {
  const ofStep = 'app="express",run="r",workload="micro",scenario="step",step="step_01"';
  // Two of eight users are at work at a time: 20 iterations per second of 0.1 s each.
  const push = '{{schema:0 count:40 sum:4 offset:-3 buckets:[40]}}';
  const series = [
    { series: `k6_iteration_duration_seconds{${labels('step_01')}}`, values: `${push}+${push}x10` },
    { series: `k6_vus{${labels('step_01')}}`, values: '8x10' },
  ];
  const phase = (turns: string) => ({
    series: `headroom_run_phase{${ofStep}${turns}}`,
    values: '1x10',
  });
  const gap = (exp_samples: { labels: string; value: number }[]) => [
    { expr: expressionOf('Gap', 'littleGap'), eval_time: '16s', exp_samples },
  ];
  promtool({
    input_series: [...series, phase(',turns="in turns of 2, 8 users"')],
    promql_expr_test: gap([]),
  });
  promtool({
    input_series: [...series, phase('')],
    promql_expr_test: gap([{ labels: '{app="express"}', value: 0.75 }]),
  });
});

test('a law is of one profile of an app', async () => {
  const law = (profile: string, alpha: number) =>
    gauge(
      `headroom_usl_alpha{app="express",profile="${profile}",workload="micro",by="users"}`,
      alpha,
      10,
    );
  await using replay = await Replay.of([law('default', 0.25), law('tuned', 0.5)]);
  const found = await replay.ask(expressionOf('How they scale', 'uslContention'), 6, 6);
  expect(found.map(({ points }) => points[0]?.[1]).sort()).toEqual([0.25, 0.5]);
});

describe('20 s after Prometheus ended, and was started again', () => {
  let replay: Replay;
  let nowS: number;
  beforeAll(async () => {
    const seconds = 60;
    nowS = seconds + 20;
    replay = await Replay.of(
      [
        ...stepOf('step_01', 100, 0, seconds),
        gauge('up{app="express",job="express",instance="a"}', 1, seconds),
        gauge(
          'ALERTS{alertname="AppDown",alertstate="firing",app="express",severity="critical"}',
          1,
          seconds,
        ),
        gauge('generator:cpu:share_rate5s', 0.18, seconds),
        gauge(
          'app_workload:http_server_requests_slo_missed:ratio_rate10s{app="express",workload="micro"}',
          0.02,
          seconds,
        ),
      ],
      20,
    );
  });
  afterAll(() => replay[Symbol.asyncDispose]());

  test.each([
    ['Throughput', 'achievedRate'],
    ['CPU of the generator', 'generatorCpuShare'],
    ['Requests that miss the SLO, as servers see it', 'sloMissShare'],
    ['Alerts by name', 'alertList'],
  ])('%s shows nothing earlier', async (panel, query) => {
    expect(await replay.ask(expressionOf(panel, query), nowS, nowS)).toEqual([]);
  });

  test('no earlier alert counts as one', async () => {
    const before = await replay.ask(expressionOf('Alerts', 'alertsFiring'), 50, 50);
    expect(before[0]?.points).toEqual([[50, 1]]);
    const now = await replay.ask(expressionOf('Alerts', 'alertsFiring'), nowS, nowS);
    expect(now[0]?.points).toEqual([[nowS, 0]]);
  });
});

describe('a calm system', () => {
  let replay: Replay;
  beforeAll(async () => {
    const scraped = (series: string, perScrape: number): Recorded => ({
      series: `${series},app="express",job="express",instance="a"}`,
      samples: Array.from({ length: 20 }, (_, index) => [2 * index + 0.4, index * perScrape]),
    });
    const wait = 'http_request_method="GET",http_route="/wait",http_response_status_code="200"';
    const duration = 'http_server_request_duration_seconds';
    replay = await Replay.of([
      ...stepOf('step_01', 100, 0, 40),
      // 20 waits per second of 0.102 s each: all of them beyond 0.1 s, and hardly.
      scraped(`${duration}_count{${wait}`, 40),
      scraped(`${duration}_sum{${wait}`, 40 * 0.102),
      scraped(`${duration}_bucket{${wait},le="0.1"`, 0),
      scraped(`${duration}_bucket{${wait},le="0.125"`, 40),
      scraped(`${duration}_bucket{${wait},le="+Inf"`, 40),
    ]);
  });
  afterAll(() => replay[Symbol.asyncDispose]());

  test.each([
    ['Errors', 'serverErrorShare'],
    ['Errors', 'failedShare'],
    ['Failed and dropped', 'droppedRate'],
    ['Late and wrong answers', 'wrongBodies'],
  ])('%s: %s is a zero at every moment, not a hole', async (panel, query) => {
    const [series] = await replay.ask(expressionOf(panel, query), 10, 36);
    expect(series?.points).toHaveLength(14);
    for (const [, value] of series?.points ?? []) expect(value).toBe(0);
  });

  test('/wait takes what it takes, not the middle of a bucket', async () => {
    for (const [panel, query] of [
      ['/wait duration', 'waitMean'],
      ['Routes', 'routeMean'],
    ] as const) {
      const [series] = await replay.ask(expressionOf(panel, query), 20, 20);
      expect(series?.points[0]?.[1], panel).toBeCloseTo(0.102, 4);
    }
  });
});

describe('nights, for which the lab is up five minutes of a day', () => {
  const [hour, day] = [3600, 24 * 3600];
  const series = 'app="express",profile="default",workload="micro"';
  const nightly = (name: string, ofNight: (night: number) => number): Recorded => ({
    series: name,
    samples: [0, 1, 2].flatMap((night) =>
      Array.from({ length: 150 }, (_, index) => [night * day + 2 * index, ofNight(night)] as const),
    ),
  });
  let replay: Replay;
  beforeAll(async () => {
    replay = await Replay.of([
      nightly(
        `headroom_night_ratio{${series},metric="cpu-ratio"}`,
        (night) => [1, 1, 1.25][night] ?? 0,
      ),
      nightly(`headroom_night_end_timestamp_seconds{host="a"}`, () => 1),
      nightly(
        `headroom_night_change_timestamp_seconds{${series},metric="cpu-ratio",direction="regression"}`,
        () => 1_700_000_000,
      ),
    ]);
  });
  afterAll(() => replay[Symbol.asyncDispose]());

  test('a trend is a line by the hour, as a month is drawn, with its step', async () => {
    const expr = expressionOf('CPU per request over the yardstick, night by night', 'nightlyCpu');
    const [line] = await replay.ask(expr, hour, 2 * day + hour, hour);
    expect(line?.points).toHaveLength(49);
    expect(line?.points.map(([, value]) => value)).toEqual([...Array(47).fill(1), 1.25, 1.25]);
  });

  test('a change is marked, though marks of a month are hours apart', async () => {
    const expr = fillIn(changeMark.query.expr, allValues);
    const marked = await replay.ask(expr, 6 * hour, 2 * day + 6 * hour, 6 * hour);
    expect(new Set(marked[0]?.points.map(([, value]) => value))).toEqual(new Set([1.7e12]));
  });

  test('the latest night has an age even when none has come for days', async () => {
    const expr = expressionOf('Age of the latest night', 'nightAge');
    const [age] = await replay.ask(expr, 5 * day, 5 * day);
    expect(age?.points).toHaveLength(1);
  });
});
