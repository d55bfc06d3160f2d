// One route's card: its text as it comes, its figures, and who has answered.

import { byId, duration, element } from "./dom.js";
import { showStages } from "./stages.js";

export const ROUTES = {
  HYBRID: { name: "Hybrid", role: "large model reads, small one writes" },
  LLM_ONLY: { name: "Large model alone", role: "reads and writes" },
  SLM_ONLY: { name: "Small model alone", role: "reads and writes" },
};

const CAUSES = {
  ENCODER_FAILED: "the large model failed while reading",
  SLM_FAILED: "the small model failed",
  LLM_FAILED: "the large model failed",
  CIRCUIT_OPEN: "its breaker is open",
  CIRCUIT_HALF_OPEN: "its breaker is trying again",
};

/** Milliseconds between two updates of the live rate, so that it can be read. */
const REFRESH = 100;

export class Card {
  constructor(route) {
    this.route = route;
    this.root = byId("card").content.firstElementChild.cloneNode(true);
    this.root.classList.add(route.toLowerCase());
    this.root.id = route;
    const title = this.root.querySelector("h2");
    title.textContent = ROUTES[route].name;
    title.id = route + "-title";
    this.root.setAttribute("aria-labelledby", title.id);
    this.root.querySelector(".role").textContent = ROUTES[route].role;
    this.output = this.root.querySelector(".text");
    this.tags = this.root.querySelector(".tags");
    this.stages = this.root.querySelector(".stages");
    showStages(this.stages, null, 1);
  }

  /** Empties the card; `source` and some of it again reserve the room for its translation. */
  clear(source) {
    this.translation = null;
    this.arrivals = [];
    this.output.replaceChildren();
    this.output.parentElement.dataset.reserve = source + source.slice(0, 0.4 * source.length);
    this.tags.replaceChildren();
    for (const figure of ["rate", "first", "total", "tokens"]) this.figure(figure, "–");
    this.basis("");
    showStages(this.stages, null, 1);
  }

  start() {
    this.basis("first run");
    this.root.classList.add("running");
    this.started = performance.now();
    this.shown = 0;
    this.times = null;
  }

  /** Shows the next piece and the rate so far. */
  chunk(text) {
    const now = performance.now() - this.started;
    this.arrivals.push({ at: now, text });
    this.append(text);
    if (this.arrivals.length === 1) this.figure("first", duration(now));
    if (now - this.shown > REFRESH) {
      this.shown = now;
      this.figure("rate", Math.round(1000 * this.arrivals.length / now));
      this.figure("tokens", this.arrivals.length);
    }
  }

  append(text) {
    this.output.append(text);
  }

  /** Lets the stage bar grow by a sentence. */
  sentence({ timings }) {
    this.times = this.times
      ? Object.fromEntries(Object.keys(timings).map((key) => [key, this.times[key] + timings[key]]))
      : timings;
    showStages(this.stages, this.times, this.times.total);
  }

  /** Shows the whole translation in place of its pieces. */
  done(translation) {
    this.translation = translation;
    const { timings, usage, sentences } = translation;
    this.showText();
    this.figure("tokens", usage.generatedTokens);
    this.run(timings);
    this.tags.replaceChildren(...answeredBy(this.route, sentences), ...cut(sentences));
  }

  showText() {
    this.output.replaceChildren(...this.translation.sentences.flatMap((sentence, index) => [
      sentenceElement(sentence, index),
      sentence.after,
    ]));
  }

  /** Shows the times of a run of the same translation. */
  run(timings) {
    this.times = timings;
    this.figure("rate", Math.round(1000 * this.translation.usage.generatedTokens / timings.total));
    this.figure("first", duration(timings.firstToken));
    this.figure("total", duration(timings.total));
  }

  /** Draws the stage bar; `scale` is the time that fills its width. */
  scaleStages(scale) {
    showStages(this.stages, this.times, scale);
  }

  /** Says which run the figures come from. */
  basis(words) {
    this.root.querySelector(".basis").textContent = words;
  }

  stop() {
    this.root.classList.remove("running");
  }

  figure(name, value) {
    this.root.querySelector(`[data-figure=${name}]`).textContent = value;
  }
}

/** A sentence that shows its alternatives; one of a card is in the tab order. */
function sentenceElement(sentence, index) {
  const span = element("span", {
    className: "sentence",
    textContent: sentence.text + (sentence.finishReason === "LENGTH" ? " …" : ""),
    tabIndex: index === 0 ? 0 : -1,
    role: "button",
  });
  span.dataset.source = sentence.source;
  return span;
}

/** A tag for each route that answered sentences, with its cause where another one was asked. */
function answeredBy(asked, sentences) {
  const found = new Map();
  for (const { route, degradation } of sentences) {
    const cause = degradation && (CAUSES[degradation.cause] ?? degradation.cause);
    const words = degradation
      ? `${ROUTES[asked].name} could not answer: ${cause}. ${ROUTES[route].name} did.`
      : `answered by ${ROUTES[route].name.toLowerCase()}`;
    found.set(words, { degraded: Boolean(degradation), code: degradation?.cause ?? "" });
  }
  return [...found].map(([textContent, { degraded, code }]) => {
    const tag = element("span", { className: degraded ? "tag warning" : "tag", textContent });
    tag.dataset.cause = code;
    return tag;
  });
}

function cut(sentences) {
  const number = sentences.filter(({ finishReason }) => finishReason === "LENGTH").length;
  return number === 0 ? [] : [element("span", {
    className: "tag warning",
    textContent: `Cut at the maximum of tokens: ${number} of ${sentences.length} sentences. `
      + "Raise the maximum in the settings.",
  })];
}
