// The form: its values, its checks and its errors.

import { byId, element } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { inWords, invalid } from "./problems.js";

const form = byId("form");
const text = byId("text");
const INPUTS = ["text", "numBeams", "temperature", "seed", "maxNewTokens"].map(byId);

let languages = [];

/** Fills in what the application offers. */
export function prepare(offer) {
  languages = offer.languages;
  byId("language").replaceChildren(
    ...languages.map(({ to }) => element("option", { value: to, textContent: to })));
  text.maxLength = offer.maxCharacters;
  text.value = EXAMPLES.day;
  nameLanguages();
  count();
  summarize();
}

export function onSubmit(action) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (check()) action();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

/** The request for the settings; without a route. */
export function request() {
  const temperature = Number(byId("temperature").value);
  const seed = byId("seed").value;
  return {
    text: text.value,
    language: byId("language").value,
    maxNewTokens: Number(byId("maxNewTokens").value),
    numBeams: Number(byId("numBeams").value),
    ...(temperature > 0 && { temperature }),
    ...(temperature > 0 && seed !== "" && { seed: Number(seed) }),
  };
}

/** The chosen language: {from, to, code, routes}. */
export function language() {
  return languages.find(({ to }) => to === byId("language").value);
}

/** Puts a text and its language back, as from the history. */
export function recall(entry) {
  text.value = entry.text;
  byId("language").value = entry.language;
  nameLanguages();
  count();
  clearErrors();
  text.focus();
}

/** Shows a problem once: at the input at fault, or below the form. */
export function show(problem) {
  const { input, words } = inWords(problem);
  const field = input && byId(input);
  if (field) {
    mark(field, words);
    reveal(field);
  } else {
    byId("form-error").textContent = words;
  }
}

export function busy(is) {
  byId("go").disabled = is;
  byId("go").textContent = is ? "Translating" : "Translate";
}

export function clearErrors() {
  INPUTS.forEach((input) => mark(input, ""));
  byId("form-error").textContent = "";
}

function check() {
  clearErrors();
  const wrong = INPUTS.filter((input) => {
    const words = invalid(input);
    mark(input, words);
    return words;
  });
  wrong.reverse().forEach(reveal);
  return wrong.length === 0;
}

function mark(input, words) {
  const line = byId(input.id + "-error");
  if (!line) return;
  line.textContent = words;
  line.hidden = !words;
  if (words) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function reveal(input) {
  if (byId("settings").contains(input)) byId("settings").open = true;
  input.focus();
}

function count() {
  fit();
  byId("count").textContent =
    `${text.value.length.toLocaleString("en")} of ${text.maxLength.toLocaleString("en")}`;
}

/** Shows the whole text in browsers that do not size a text area by its content. */
function fit() {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.height = "auto";
  text.style.height = text.scrollHeight + "px";
}

function nameLanguages() {
  const { from, to } = language();
  byId("title").textContent = `${from} to ${to}`;
  document.title = `l2s · ${from} to ${to}`;
  byId("text-label").textContent = `${from} text`;
}

function summarize() {
  const { numBeams, temperature, maxNewTokens } = request();
  const choice =
    temperature ? `temperature ${temperature}` : numBeams > 1 ? `${numBeams} beams` : "greedy";
  byId("settings-summary").textContent = `${choice}, at most ${maxNewTokens} tokens a sentence`;
}

text.addEventListener("input", count);
byId("language").addEventListener("change", nameLanguages);
byId("settings").addEventListener("input", summarize);
form.addEventListener("input", ({ target }) => mark(target, ""));
for (const chip of document.querySelectorAll("[data-example]")) {
  chip.addEventListener("click", () => {
    text.value = EXAMPLES[chip.dataset.example];
    count();
    form.requestSubmit();
  });
}
