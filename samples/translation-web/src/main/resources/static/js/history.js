// The measurements of this tab.

import { trendChart } from "./charts.js";
import { byId, duration, element } from "./dom.js";
import { speedWords } from "./measure.js";

const KEY = "l2s.history";
const LONGEST = 20;

let entries = read();
let recall = () => {};

/** Shows the history; `onRecall` gets the entry that was clicked. */
export function showHistory(onRecall) {
  recall = onRecall;
  render();
}

/** Adds {text, language, medians: {route: ms}, speed}. */
export function remember(entry) {
  entries = [...entries, entry].slice(-LONGEST);
  write();
  render();
}

function render() {
  byId("history").hidden = entries.length === 0;
  if (entries.length === 0) return;
  byId("trend").hidden = entries.length === 1;
  if (entries.length > 1) byId("trend").replaceChildren(...trendChart(entries, byId("trend").clientWidth));
  byId("entries").replaceChildren(...[...entries].reverse().map(row));
}

function row(entry) {
  const text = element("button", {
    type: "button",
    className: "recall",
    textContent: `${entry.language}: ${entry.text}`,
  });
  text.addEventListener("click", () => recall(entry));
  const time = (route) => number(entry.medians[route] ? duration(entry.medians[route]) : "–");
  return element("tr", {},
    element("td", {}, text),
    element("td", { className: "speed", textContent: speedWords(entry.speed.median) }),
    time("HYBRID"), time("LLM_ONLY"), time("SLM_ONLY"));
}

function number(textContent) {
  return element("td", { className: "number", textContent });
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

function write() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(entries));
  } catch {
    // A browser without storage forgets the history with the page.
  }
}

byId("forget").addEventListener("click", () => {
  entries = [];
  write();
  render();
});
