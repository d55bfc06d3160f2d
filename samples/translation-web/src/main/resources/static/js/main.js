// Translates the text by each route, then measures the routes.

import { watch } from "./alternatives.js";
import * as api from "./api.js";
import { Card, ROUTES } from "./card.js";
import { runsChart } from "./charts.js";
import { byId, duration } from "./dom.js";
import { refreshFaults, showFaults } from "./faults.js";
import * as form from "./form.js";
import { remember, showHistory } from "./history.js";
import { measure, medianRun, ROUNDS, speed, speedWords, summary, totals } from "./measure.js";
import { replay, SLOWER } from "./replay.js";

const cards = new Map();
let work = new AbortController();
let last = null;

/** Ends what runs and begins anew. */
function begin() {
  work.abort();
  work = new AbortController();
  return work.signal;
}

async function translate() {
  const signal = begin();
  const request = form.request();
  const wanted = [...cards.values()].filter((card) => !card.root.hidden);
  last = { request, routes: wanted.map(({ route }) => route) };
  form.busy(true);
  byId("measurement").hidden = true;
  byId("verdict-detail").textContent = "";
  wanted.forEach((card) => card.clear(request.text));
  try {
    // One after the other: all routes share the same cores.
    for (const card of wanted) await stream(card, request, signal);
    scaleStages(wanted);
    speak(wanted[0]);
  } catch (failure) {
    if (failure.name === "AbortError") return;
    if (!(failure instanceof api.Problem)) throw failure;
    form.show(failure);
    return;
  } finally {
    if (!signal.aborted) form.busy(false);
    refreshFaults();
  }
  await showSpeed(signal);
}

async function stream(card, request, signal) {
  card.start();
  try {
    for await (const { name, data } of api.stream({ ...request, route: card.route }, signal)) {
      if (name === "chunk") card.chunk(data.text);
      if (name === "sentence") card.sentence(data);
      if (name === "done") card.done(data);
    }
  } finally {
    card.stop();
  }
}

/** Says the result to those who listen to the page, once. */
function speak(card) {
  byId("spoken").textContent = `${ROUTES[card.route].name}: ${card.translation.text}`;
}

async function showSpeed(signal) {
  const { request, routes } = last;
  if (!routes.includes("HYBRID") || !routes.includes("LLM_ONLY")) return;
  byId("measurement").hidden = false;
  const figures = (rounds) => {
    if (rounds.length > 0) showVerdict(verdict(rounds));
    else showVerdict({ words: "measuring" });
    byId("verdict-detail").textContent = `run ${rounds.length} of ${ROUNDS}, after a first one that does not count`;
    if (rounds.length > 0) byId("runs").replaceChildren(...runsChart(rounds, routes, byId("runs").clientWidth));
  };
  byId("runs").replaceChildren();
  figures([]);
  measuring(true);
  try {
    const rounds = await measure(request, routes, signal, figures);
    if (rounds.length === 0) {
      showVerdict({ words: "not measured" });
      byId("verdict-detail").textContent = "Another route answered for one that could not.";
      return;
    }
    const { words, ratio } = verdict(rounds);
    showMedians(rounds, routes);
    byId("verdict-detail").textContent =
      `as the large model alone: medians of ${rounds.length} alternating runs, `
      + `half of which lie between ${ratio.low.toFixed(1)}× and ${ratio.high.toFixed(1)}×`;
    byId("spoken").textContent = `Measured: ${words} as the large model alone.`;
    remember({
      text: request.text,
      language: request.language,
      speed: ratio,
      medians: Object.fromEntries(
        routes.map((route) => [route, summary(totals(rounds, route)).median])),
    });
  } catch (failure) {
    if (failure.name === "AbortError") return;
    if (!(failure instanceof api.Problem)) throw failure;
    showVerdict({ words: "not measured" });
    form.show(failure);
  } finally {
    if (!signal.aborted) measuring(false);
    refreshFaults();
  }
}

function measuring(is) {
  byId("again").disabled = is;
  byId("replay").disabled = is;
}

/** Replaces the figures of the first run by those of the median run. */
function showMedians(rounds, routes) {
  const shown = routes.map((route) => cards.get(route));
  for (const card of shown) {
    card.run(medianRun(rounds, card.route));
    card.basis(`median of ${rounds.length} runs`);
  }
  scaleStages(shown);
}

/** Gives all stage bars one scale, so that their lengths compare. */
function scaleStages(shown) {
  const longest = Math.max(...shown.map(({ times }) => times.total));
  shown.forEach((card) => card.scaleStages(longest));
}

function showVerdict({ words, ratio }) {
  byId("verdict").textContent = words;
  byId("verdict").className = ratio ? "figure " + (ratio.median < 1 ? "slower" : "faster") : "figure";
}

function verdict(rounds) {
  const ratio = speed(rounds, "HYBRID", "LLM_ONLY");
  return { ratio, words: speedWords(ratio.median) };
}

/** Shows an empty card for each route of the chosen language, and ends what runs. */
function showRoutes() {
  begin();
  form.busy(false);
  byId("measurement").hidden = true;
  const { routes, code } = form.language();
  for (const card of cards.values()) {
    card.root.hidden = !routes.includes(card.route);
    card.output.lang = code;
    card.clear("");
  }
}

async function start() {
  for (const route of Object.keys(ROUTES)) {
    const card = new Card(route);
    cards.set(route, card);
    byId("cards").append(card.root);
    watch(card.output, route, () => last.request.language);
  }
  const offer = await api.offer();
  form.prepare(offer);
  showRoutes();
  showHistory((entry) => {
    form.recall(entry);
    showRoutes();
  });
  if (offer.faults) showFaults();
}

form.onSubmit(translate);
byId("language").addEventListener("change", showRoutes);
byId("again").addEventListener("click", () => showSpeed(begin()));
byId("replay").textContent = `Replay ${SLOWER} times slower`;
byId("replay").addEventListener("click", () => {
  const signal = begin();
  replay([...cards.values()], signal);
});
start();
