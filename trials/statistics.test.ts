/** The published trials of ../../shared/trials, metafor's figures, and R itself where it is installed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'vitest';
import { estimateDifference, type Observation } from './autoregression.ts';
import { calendarFaults, compliance } from './calendar.ts';
import { cohensD, mean, rankSumTest, tTest } from './compare.ts';
import { chiSquaredAbove, normalBelow, studentTwoSided, studentWithin } from './distributions.ts';
import { bangIndex, logScore, scoreGuesses } from './guesses.ts';
import { type Orders, ordersOf } from './order.ts';
import { posteriorOfD } from './posterior.ts';
import { detectableEffect, power } from './power.ts';
import { normal, type Random, seeded } from './random.ts';
import { randomEffects } from './random-effects.ts';
import { absoluteDifference, guessGain, randomisationTests } from './randomisation-test.ts';
import { randomIntercept } from './testing/random-intercept.ts';

const shared = resolve(import.meta.dirname, '../../shared/trials');
const seed = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';

/** Lines of a CSV file without quotes, as objects. */
function table(path: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index], cell])));
}

const arm = (observations: Observation[], beat: 0 | 1) =>
  observations.filter((observation) => observation.beat === beat).map(({ value }) => value);

function near(actual: number | undefined, expected: number, relative: number, what: string): void {
  const off = Math.abs((actual as number) - expected);
  assert.ok(off <= relative * Math.max(Math.abs(expected), 1e-300), `${what}: ${actual}, expected ${expected}`);
}

/** `actual`, rounded to as many digits as were printed, is what was printed. */
function digits(actual: number | undefined | null, printed: number, places: number, what: string): void {
  const off = Math.abs((actual as number) - printed);
  assert.ok(off <= 0.5000001 * 10 ** -places, `${what}: ${actual}, printed ${printed}`);
}

/** One number a period, 1 for the beat, of an order that is drawn. */
function drawn(orders: Orders, random: Random): (0 | 1)[] {
  const places = new Uint16Array(orders.periods);
  const beats = new Set(places.subarray(0, orders.sample(random, places)));
  return Array.from({ length: orders.periods }, (_, place) => (beats.has(place) ? 1 : 0));
}

interface Expected {
  published: {
    log_score_of_guesses: number;
    cohen_d_sd_all: Record<string, number>;
  };
  computed: {
    difference?: Record<string, number>;
    R_gls_corAR1_REML: Record<string, { est: number; se: number; phi: number }>;
    student_t: Record<string, [number, number]>;
    wilcoxon_W_p_corrected?: Record<string, [number, number]>;
    permutation_p_complete_shuffle_20000?: Record<string, number>;
  };
}

test.skipIf(!existsSync(shared))('two published self-blinded trials', () => {
  const expected = JSON.parse(readFileSync(join(shared, 'expected.json'), 'utf8')) as Record<string, Expected>;
  for (const file of ['niplav/trial_A_caffeine.csv', 'niplav/trial_B_l-theanine.csv']) {
    const { published, computed } = expected[file] as Expected;
    const rows = table(join(shared, file));
    const guesses = rows.map((row) => ({
      beatChance: Number(row.guess_active),
      beat: (row.arm === 'active' ? 1 : 0) as 0 | 1,
    }));
    near(logScore(guesses), published.log_score_of_guesses, 1e-12, `${file} log score`);
    for (const outcome of Object.keys(computed.R_gls_corAR1_REML)) {
      const what = `${file} ${outcome}`;
      const observations = rows.map(
        (row, index): Observation => ({
          period: Number(row.period),
          beat: guesses[index]?.beat ?? 0,
          value: Number(row[outcome]),
        }),
      );
      const [beat, control] = [arm(observations, 1), arm(observations, 0)];
      digits(cohensD(beat, control).all, published.cohen_d_sd_all[outcome] as number, 6, `${what} d`);
      const difference = computed.difference?.[outcome];
      if (difference !== undefined) digits(mean(beat) - mean(control), difference, 6, `${what} difference`);
      const estimate = estimateDifference(observations);
      const gls = computed.R_gls_corAR1_REML[outcome] as { est: number; se: number; phi: number };
      near(estimate?.difference, gls.est, 1e-3, `${what} GLS`);
      near(estimate?.standardError, gls.se, 1e-3, `${what} GLS error`);
      near(estimate?.phi, gls.phi, 1e-3, `${what} φ`);
      const [t, p] = computed.student_t[outcome] as [number, number];
      digits(tTest(beat, control).t, t, 5, `${what} t`);
      digits(tTest(beat, control).p, p, 6, `${what} p of t`);
      const [w, wp] = computed.wilcoxon_W_p_corrected?.[outcome] ?? [];
      if (w !== undefined && wp !== undefined) {
        assert.equal(rankSumTest(beat, control).w, w, `${what} W`);
        digits(rankSumTest(beat, control).p, wp, 6, `${what} p of W`);
      }
    }
  }
});

test.skipIf(!existsSync(shared))('70 days of melatonin', () => {
  const expected = JSON.parse(readFileSync(join(shared, 'expected.json'), 'utf8'))['melatonin/melatonin_ema.csv'];
  const rows = table(join(shared, 'melatonin/melatonin_ema.csv'));
  const kept = compliance(
    rows.map((row) => row.datetime as string),
    { startDate: '2026-02-18', days: 70, times: ['10:00', '16:00', '22:00'], windowHours: 3 },
  );
  assert.equal(kept.records, expected.published.records);
  assert.equal(kept.prompts, expected.published.prompts);
  digits(kept.recordsPercent, expected.published.compliance_records_percent, 1, 'records');
  digits(kept.inWindowPercent, expected.published.compliance_in_window_percent, 1, 'in window');

  const faults = calendarFaults(rows.map((row) => ({ at: row.datetime as string, day: Number(row.study_day) })));
  assert.deepEqual(
    [...new Set(faults.map(({ kind, day }) => `${kind} ${day}`))],
    ['DAY_ON_TWO_DATES 44'],
    'the one study day on two dates, and nothing else',
  );

  const schedule = JSON.parse(readFileSync(join(shared, 'melatonin/melatonin_schedule.json'), 'utf8'));
  const observations = Object.keys(schedule).map((day): Observation => {
    const moods = rows.filter((row) => Number(row.study_day) === Number(day)).map((row) => Number(row.mood));
    return { period: Number(day), beat: schedule[day], value: mean(moods) };
  });
  const computed = expected.computed_daily_means;
  assert.equal(observations.length, computed.days);
  digits(mean(arm(observations, 0)), computed.mean_control, 5, 'mean of control');
  digits(mean(arm(observations, 1)), computed.mean_melatonin, 5, 'mean of melatonin');
  const [t, p] = computed.student_t;
  const student = tTest(arm(observations, 0), arm(observations, 1));
  digits(student.t, t, 5, 't');
  digits(student.p, p, 4, 'p');
  const estimate = estimateDifference(observations);
  near(estimate?.difference, computed.R_gls_corAR1_REML.est, 1e-3, 'GLS');
  near(estimate?.standardError, computed.R_gls_corAR1_REML.se, 1e-3, 'GLS error');
  near(estimate?.phi, computed.R_gls_corAR1_REML.phi, 1e-3, 'φ');
  near(estimate?.low, computed.R_gls_corAR1_REML.ci95[0], 1e-3, 'low');
  near(estimate?.high, computed.R_gls_corAR1_REML.ci95[1], 1e-3, 'high');

  const prompts = rows
    .filter(({ mood }) => mood !== '')
    .map((row) => ({
      day: Number(row.study_day),
      beat: Number(row.melatonin) as 0 | 1,
      value: Number(row.mood),
    }));
  const byDay = randomIntercept(prompts);
  const { est, se, df } = computed.R_lme_random_day;
  digits(byDay.difference, est, 6, 'lme');
  near(byDay.standardError, se, 1e-5, 'lme error');
  assert.equal(byDay.degreesOfFreedom, df);
});

/** Thirteen trials of a vaccine against tuberculosis (Colditz 1994): ill and not ill, vaccinated and not. */
const BCG = [
  [4, 119, 11, 128],
  [6, 300, 29, 274],
  [3, 228, 11, 209],
  [62, 13_536, 248, 12_619],
  [33, 5_036, 47, 5_761],
  [180, 1_361, 372, 1_079],
  [8, 2_537, 10, 619],
  [505, 87_886, 499, 87_892],
  [29, 7_470, 45, 7_232],
  [17, 1_699, 65, 1_600],
  [186, 50_448, 141, 27_197],
  [5, 2_493, 3, 2_338],
  [27, 16_886, 29, 17_825],
].map(([a = 0, b = 0, c = 0, d = 0]) => ({
  effect: Math.log(a / (a + b) / (c / (c + d))),
  variance: 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d),
}));

test('random effects: the figures of metafor on its BCG data', () => {
  const found = randomEffects(BCG);
  digits(found.effect, -0.714532, 6, 'effect');
  digits(found.standardError, 0.179782, 6, 'error');
  digits(found.tauSquared, 0.313243, 6, 'τ²');
  digits(found.iSquared, 92.2214, 4, 'I²');
  digits(found.q, 152.233, 4, 'Q');
  assert.throws(() => randomEffects([{ effect: 1, variance: 1 }]), /at least 2/);
  assert.throws(() => randomEffects([...BCG, { effect: 1, variance: 0 }]), /studies\[13\]\.variance is 0/);
});

test('random effects: ten times the people are looked at ten times as often, not a hundred times', () => {
  const looks = (people: number) => {
    let count = 0;
    randomEffects(
      Array.from({ length: people }, (_, n) => ({
        get effect() {
          count++;
          return 0.2 + (((n * 13) % 7) - 3) * 0.1;
        },
        variance: 0.02,
      })),
    );
    return count;
  };
  const ratio = looks(1000) / looks(100);
  assert.ok(ratio < 15, `${ratio}`);
});

test('R, where it is installed, says the same', ({ skip }) => {
  const asked = spawnSync('Rscript', ['-e', 'library(nlme); library(metafor); cat(R.version.string)'], {
    encoding: 'utf8',
  });
  if (asked.status !== 0) skip('Rscript with nlme and metafor is not installed');
  const random = normal(seeded(seed));
  const trials = [0, 0.4, 0.8].map((phi) => {
    let error = random();
    const orders = ordersOf('RUNS_OF_TWO', 40);
    const order = orders.at(12_345_678n);
    return Array.from({ length: 40 }, (_, place): Observation => {
      error = phi * error + Math.sqrt(1 - phi * phi) * random();
      const beat = order[place] === 'B' ? 1 : 0;
      return { period: place + 1, beat, value: 5 + error + 0.6 * beat };
    }).filter(({ period }) => period % 7 !== 0);
  });
  const script = `
    library(nlme); suppressMessages(library(metafor))
    trials <- list(${trials.map((trial) => `data.frame(t=c(${trial.map(({ period }) => period)}), x=c(${trial.map(({ beat }) => beat)}), y=c(${trial.map(({ value }) => value)}))`)})
    out <- function(...) cat(format(c(...), digits=15), "\\n")
    for (d in trials) {
      g <- gls(y ~ x, d, correlation=corAR1(form=~t), control=glsControl(tolerance=1e-10, msTol=1e-12, opt="optim"))
      s <- summary(g)$tTable
      out(s[2,1], s[2,2], coef(g$modelStruct$corStruct, unconstrained=FALSE))
      a <- t.test(y ~ factor(x, levels=c(1,0)), d, var.equal=TRUE); out(a$statistic, a$p.value)
      y <- round(d$y, 1); w <- wilcox.test(y[d$x==1], y[d$x==0], exact=FALSE); out(w$statistic, w$p.value)
    }
    m <- rma(yi=c(${BCG.map(({ effect }) => effect)}), vi=c(${BCG.map(({ variance }) => variance)}), method="REML", control=list(threshold=1e-12))
    out(m$beta[1], m$se, m$tau2, m$I2, m$QE, m$pval)
    out(pt(-2.3, 7)*2, qt(0.975, 11), pnorm(-1.3), pchisq(40, 33, lower.tail=FALSE))`;
  const run = spawnSync('Rscript', ['--vanilla', '-'], { input: script, encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  const lines = run.stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  for (const trial of trials) {
    const [difference, error, phi] = lines.shift() as [number, number, number];
    const estimate = estimateDifference(trial);
    near(estimate?.difference, difference, 1e-3, 'GLS');
    near(estimate?.standardError, error, 1e-3, 'GLS error');
    near(estimate?.phi, phi, 1e-3, 'φ');
    const [t, p] = lines.shift() as [number, number];
    const [beat, control] = [arm(trial, 1), arm(trial, 0)];
    near(tTest(beat, control).t, t, 1e-9, 't');
    near(tTest(beat, control).p, p, 1e-9, 'p');
    const [w, wp] = lines.shift() as [number, number];
    const round = (values: number[]) => values.map((value) => Math.round(value * 10) / 10);
    assert.equal(rankSumTest(round(beat), round(control)).w, w);
    near(rankSumTest(round(beat), round(control)).p, wp, 1e-9, 'p of W');
  }
  const found = randomEffects(BCG);
  const meta = [found.effect, found.standardError, found.tauSquared, found.iSquared, found.q, found.p];
  for (const [index, value] of (lines.shift() as number[]).entries())
    near(meta[index], value, 1e-6, `metafor ${index}`);
  const functions = [studentTwoSided(2.3, 7), studentWithin(0.95, 11), normalBelow(-1.3), chiSquaredAbove(40, 33)];
  for (const [index, value] of (lines.shift() as number[]).entries()) near(functions[index], value, 1e-9, `${index}`);
});

test('2,000 trials without an effect: false alarms at 5 % with any autocorrelation and a drift', () => {
  const orders = ordersOf('RUNS_OF_TWO', 14);
  const random = seeded(seed);
  const gauss = normal(random);
  let alarms = 0;
  for (let trial = 0; trial < 2_000; trial++) {
    const phi = [0, 0.3, 0.5, 0.7][trial % 4] as number;
    let error = gauss();
    const values = Array.from({ length: 14 }, (_, place) => {
      error = phi * error + Math.sqrt(1 - phi * phi) * gauss();
      return error + (trial % 2) * place * 0.1;
    });
    const order = drawn(orders, random)
      .map((beat) => (beat ? 'B' : 'C'))
      .join('');
    const [found] = randomisationTests(orders, order, [absoluteDifference(values)], random);
    if ((found?.p ?? 1) <= 0.05) alarms++;
  }
  assert.ok(alarms >= 70 && alarms <= 130, `${alarms} of 2,000`);
  for (const phi of [0, 0.3, 0.7]) {
    const rate = power({ rule: 'BLOCKS_OF_TWO', periods: 40, d: 0, phi, runs: 2_000, drift: 1 }, random);
    assert.ok(rate >= 0.035 && rate <= 0.065, `φ ${phi}: ${rate}`);
  }
});

test('the power that the design tells', () => {
  const table: [number, [number, number][]][] = [
    [
      0.3,
      [
        [20, 0.118],
        [40, 0.228],
        [60, 0.242],
        [100, 0.435],
      ],
    ],
    [
      0.5,
      [
        [20, 0.228],
        [40, 0.45],
        [60, 0.585],
        [100, 0.822],
      ],
    ],
    [
      0.8,
      [
        [12, 0.212],
        [20, 0.445],
        [30, 0.682],
        [40, 0.808],
        [60, 0.93],
      ],
    ],
  ];
  for (const [d, row] of table) {
    for (const [periods, expected] of row) {
      const found = power({ rule: 'BLOCKS_OF_TWO', periods, d, phi: 0.3, runs: 2_000 }, seeded(seed));
      assert.ok(Math.abs(found - expected) <= 0.05, `d ${d}, ${periods} periods: ${found}, expected ${expected}`);
    }
  }
  const least = detectableEffect({ rule: 'BLOCKS_OF_TWO', periods: 40, phi: 0.3, runs: 400 }, seeded(seed));
  assert.ok(least !== null && Math.abs(least - 0.8) <= 0.11, `40 sessions find ${least}`);
  assert.equal(detectableEffect({ rule: 'BLOCKS_OF_TWO', periods: 4, phi: 0.3, runs: 400 }, seeded(seed)), null);
});

test('a randomisation test over all orders counts those that are as extreme', () => {
  const orders = ordersOf('BLOCKS_OF_TWO', 6);
  // Differences within blocks 1, 2 and 3: only all of one sign reach their sum, in 2 of 8 orders.
  const [found] = randomisationTests(orders, 'BCBCBC', [absoluteDifference([1, 0, 2, 0, 3, 0])], seeded(seed));
  assert.deepEqual(found, { p: 2 / 8, orders: 8, exact: true });
  // The second block has no value: its order does not matter.
  const [fewer] = randomisationTests(orders, 'BCBCBC', [absoluteDifference([1, 0, null, null, 3, 0])], seeded(seed));
  assert.equal(fewer?.p, 4 / 8);
  const [drawn] = randomisationTests(
    ordersOf('RUNS_OF_TWO', 40),
    ordersOf('RUNS_OF_TWO', 40).at(5n),
    [
      absoluteDifference(
        Array.from({ length: 40 }, (_, place) => (ordersOf('RUNS_OF_TWO', 40).at(5n)[place] === 'B' ? 1 : 0)),
      ),
    ],
    seeded(seed),
  );
  assert.deepEqual(drawn, { p: 1 / 20_001, orders: 20_000, exact: false });
});

test('guesses: chance, all right, all wrong, undecided', () => {
  const order = 'BCBCBCBC';
  assert.equal(
    scoreGuesses(
      order,
      order.split('').map(() => null),
    ),
    null,
  );
  const undecided = scoreGuesses(
    order,
    order.split('').map(() => 0.5),
  );
  assert.deepEqual(undecided, { guesses: 8, logScore: Math.log(0.5), bangBeat: 0, bangControl: 0, right: null });
  const right = order.split('').map((letter) => (letter === 'B' ? 0.9 : 0.1));
  const scored = scoreGuesses(order, right);
  near(scored?.logScore, Math.log(0.9), 1e-12, 'all right');
  assert.deepEqual([scored?.bangBeat, scored?.bangControl, scored?.right], [1, 1, 1]);
  // One right, one wrong and two undecided of four: (1 − 1) / 4, and 1 / 4 with one undecided in place of the wrong.
  const beat = 1 as const;
  assert.equal(
    bangIndex(
      [0.7, 0.2, 0.5, 0.5].map((beatChance) => ({ beatChance, beat })),
      1,
    ),
    0,
  );
  assert.equal(
    bangIndex(
      [0.7, 0.5, 0.5, 0.5].map((beatChance) => ({ beatChance, beat })),
      1,
    ),
    0.25,
  );
  assert.equal(bangIndex([], 1), null);
  const [told] = randomisationTests(ordersOf('BLOCKS_OF_TWO', 8), order, [guessGain(right)], seeded(seed));
  assert.equal(told?.p, 1 / 16);
  const [silent] = randomisationTests(
    ordersOf('BLOCKS_OF_TWO', 8),
    order,
    [guessGain(order.split('').map(() => 0.5))],
    seeded(seed),
  );
  assert.equal(silent?.p, 1);
});

test('the posterior is calibrated: of effects drawn from the prior, its intervals hold 95 %, and its chances come true', () => {
  const random = seeded(seed);
  const gauss = normal(random);
  const orders = ordersOf('RUNS_OF_TWO', 30);
  const runs = 250;
  let held = 0;
  let promised = 0;
  let helped = 0;
  for (let run = 0; run < runs; run++) {
    const d = 0.5 * gauss();
    const phi = random() * 1.6 - 0.8;
    const row = drawn(orders, random);
    let error = gauss();
    const observations = row.map((beat, place): Observation => {
      error = phi * error + Math.sqrt(1 - phi * phi) * gauss();
      return { period: place + 1, beat, value: 40 + 7 * (error + d * beat) };
    });
    const posterior = posteriorOfD(observations, { mean: 0, deviation: 0.5 }, 0.3, true);
    assert.ok(posterior);
    if (posterior.low <= d && d <= posterior.high) held++;
    promised += posterior.helpful;
    if (d >= 0.3) helped++;
    near(posterior.helpful + posterior.trivial + posterior.harmful, 1, 1e-9, 'chances');
  }
  assert.ok(held / runs > 0.91 && held / runs < 0.985, `${held} of ${runs} held`);
  assert.ok(Math.abs(promised - helped) / runs < 0.06, `${promised} promised, ${helped} came`);
});

test('better may be less: the same numbers with the sign turned say the same', () => {
  const values = [3, 5, 2, 6, 3, 7, 4, 5, 2, 6];
  const observations = values.map(
    (value, index): Observation => ({ period: index + 1, beat: (index % 2) as 0 | 1, value }),
  );
  const turned = observations.map((observation) => ({ ...observation, value: -observation.value }));
  const up = posteriorOfD(observations, { mean: 0, deviation: 0.5 }, 0.3, true);
  const down = posteriorOfD(turned, { mean: 0, deviation: 0.5 }, 0.3, false);
  assert.ok(up && down && up.helpful > 0.6);
  near(up.helpful, down.helpful, 1e-9, 'helpful');
  near(up.harmful, down.harmful, 1e-9, 'harmful');
});

test('too little is no estimate', () => {
  const at = (values: number[], beats: (0 | 1)[]) =>
    values.map((value, index): Observation => ({ period: index + 1, beat: beats[index] ?? 0, value }));
  for (const observations of [
    [],
    at([1, 2, 3], [0, 1, 0]),
    at([1, 2, 3, 4], [1, 1, 1, 1]),
    at([5, 5, 5, 5, 5], [0, 1, 0, 1, 0]),
    at([1, 2, 1, 2, 1], [0, 1, 0, 1, 0]),
  ]) {
    assert.equal(estimateDifference(observations), null);
    assert.equal(posteriorOfD(observations, { mean: 0, deviation: 0.5 }, 0.3, true), null);
  }
});
