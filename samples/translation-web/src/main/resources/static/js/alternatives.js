// A sentence's likeliest translations, on hover and on focus.

import { alternatives } from "./api.js";
import { byId, element } from "./dom.js";

const popup = byId("alternatives");
const known = new Map();

/** Milliseconds of rest before a hovered sentence is asked for. */
const REST = 200;

let shown = null;
let waiting = 0;

/** Watches the sentences in `place`, which `route` has translated into `language()`. */
export function watch(place, route, language) {
  const sentence = (event) => event.target.closest?.(".sentence");
  place.addEventListener("pointerover", (event) => {
    clearTimeout(waiting);
    const over = sentence(event);
    if (over) waiting = setTimeout(() => show(over, route, language()), REST);
  });
  place.addEventListener("pointerout", (event) => {
    clearTimeout(waiting);
    if (!popup.contains(event.relatedTarget)) hide();
  });
  place.addEventListener("focusin", (event) => {
    const focused = sentence(event);
    if (focused?.matches(":focus-visible")) show(focused, route, language());
  });
  place.addEventListener("focusout", hide);
  place.addEventListener("click", (event) => {
    if (sentence(event)) show(sentence(event), route, language());
  });
  place.addEventListener("keydown", (event) => keys(event, place, route, language));
}

function keys(event, place, route, language) {
  const sentences = [...place.querySelectorAll(".sentence")];
  const at = sentences.indexOf(event.target);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (at >= 0 && step && sentences[at + step]) {
    sentences[at].tabIndex = -1;
    sentences[at + step].tabIndex = 0;
    sentences[at + step].focus();
    event.preventDefault();
  } else if (at >= 0 && (event.key === "Enter" || event.key === " ")) {
    show(sentences[at], route, language());
    event.preventDefault();
  }
}

async function show(sentence, route, language) {
  shown = sentence;
  const request = { text: sentence.dataset.source, language, route };
  const key = JSON.stringify(request);
  try {
    if (!known.has(key)) known.set(key, await alternatives(request));
  } catch {
    // A sentence that the route cannot answer has no alternatives either.
    return;
  }
  if (shown !== sentence || !sentence.isConnected) return;
  popup.replaceChildren(
    element("p", { className: "quiet", textContent: "Likeliest by a search with four beams" }),
    element("ol", {}, ...known.get(key).map(row)));
  sentence.setAttribute("aria-describedby", popup.id);
  popup.hidden = false;
  place(sentence);
}

function hide() {
  shown?.removeAttribute("aria-describedby");
  shown = null;
  popup.hidden = true;
}

/** A translation, its tokens underlined the more the less likely they are. */
function row({ text, logprob, score, tokens }) {
  const words = element("span", { className: "candidate", lang: "" });
  for (const token of tokens.filter((each) => each.text)) {
    const part = element("span", { textContent: token.text });
    const probability = Math.exp(token.logprob);
    part.className = probability > 0.8 ? "sure" : probability > 0.4 ? "likely" : "doubtful";
    words.append(part);
  }
  if (words.childElementCount === 0) words.textContent = text;
  return element("li", {}, words,
    element("span", { className: "score", textContent: `log-probability ${logprob.toFixed(2)}, ${score.toFixed(2)} a token` }));
}

/** Below the sentence, or above it where there is no room. */
function place(sentence) {
  const box = sentence.getBoundingClientRect();
  const width = popup.offsetWidth;
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  const below = box.bottom + 6;
  const top = below + popup.offsetHeight < innerHeight ? below : Math.max(8, box.top - popup.offsetHeight - 6);
  popup.style.left = left + "px";
  popup.style.top = top + "px";
}

popup.addEventListener("pointerleave", hide);
addEventListener("scroll", hide, { passive: true });
addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
