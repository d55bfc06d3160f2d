// Measures routes in alternating runs, so that whatever slows the machine slows all of them.

import { translate } from "./api.js";

export const ROUNDS = 9;

/** A slow machine gets fewer rounds, at least three, after so many milliseconds. */
const LONG = 15_000;
const FEWEST = 3;

/**
 * The timings of each route in each round: [{HYBRID: {total: 41.2, …}, LLM_ONLY: {…}}, …]; none
 * where another route answered. The first round is run and discarded. Each round begins with
 * another route.
 */
export async function measure(request, routes, signal, onRound) {
  const rounds = [];
  const started = performance.now();
  for (let round = 0; round <= ROUNDS; round++) {
    const times = {};
    for (let i = 0; i < routes.length; i++) {
      const route = routes[(round + i) % routes.length];
      const translation = await translate({ ...request, route }, signal);
      if (translation.sentences.some((sentence) => sentence.route !== route)) return [];
      times[route] = translation.timings;
    }
    if (round > 0) rounds.push(times);
    onRound(rounds);
    if (rounds.length >= FEWEST && performance.now() - started > LONG) break;
  }
  return rounds;
}

/** The value below which `share` of the sorted values lie, interpolated. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** Median and the bounds of the middle half. */
export function summary(values) {
  return {
    median: quantile(values, 0.5),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
  };
}

/** The total times of a route, in milliseconds. */
export const totals = (rounds, route) => rounds.map((times) => times[route].total);

/** The timings of the route's run in the middle. */
export function medianRun(rounds, route) {
  const sorted = rounds.map((times) => times[route]).sort((a, b) => a.total - b.total);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** How many times as fast as `other` the route was: the medians' ratio, and the rounds' spread. */
export function speed(rounds, route, other) {
  const { low, high } = summary(rounds.map((times) => times[other].total / times[route].total));
  const median = summary(totals(rounds, other)).median / summary(totals(rounds, route)).median;
  return { median, low, high };
}

/** 1.8× as fast; 0.8× as fast: slower here. */
export function speedWords(ratio) {
  const shown = ratio.toFixed(1);
  if (shown === "1.0") return "as fast";
  return `${shown}× as fast` + (ratio < 1 ? ": slower here" : "");
}
