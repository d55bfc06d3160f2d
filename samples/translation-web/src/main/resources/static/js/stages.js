// Bars that show where the time of a translation went.

import { duration, element } from "./dom.js";

const STAGES = {
  queue: (times) => times.queued,
  encode: (times) => times.encode,
  project: (times) => times.project,
  prefill: (times) => times.prefill - times.project,
  decode: (times) => times.decode,
};

const NONE = { queued: 0, encode: 0, project: 0, prefill: 0, decode: 0 };

/** A bar with the time of each stage; `scale` is the time that fills the whole width. */
export function showStages(place, times, scale) {
  if (place.childElementCount === 0) place.append(...build());
  const [bar, list] = place.children;
  for (const [stage, of] of Object.entries(STAGES)) {
    const time = Math.max(0, of(times ?? NONE));
    bar.querySelector(`.${stage}`).style.width = (times ? 100 * time / scale : 0) + "%";
    list.querySelector(`.${stage} dd`).textContent = times ? duration(time) : "–";
  }
}

function build() {
  const names = Object.keys(STAGES);
  const bar = element("div", { className: "bar" },
    ...names.map((stage) => element("span", { className: stage })));
  bar.ariaHidden = "true";
  const list = element("dl", { className: "legend" },
    ...names.map((stage) => element("div", { className: stage },
      element("dt", { textContent: stage }), element("dd", { textContent: "–" }))));
  return [bar, list];
}
