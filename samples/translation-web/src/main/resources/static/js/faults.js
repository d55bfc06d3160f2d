// The fault panel of the profile dev.

import * as api from "./api.js";
import { byId, element } from "./dom.js";

const REFRESH = 1_000;
const DELAY = 1_000;

const STATES = {
  CLOSED: "closed",
  OPEN: "open",
  HALF_OPEN: "trying again",
};

const GUARDED = [
  ["-encoder", "large model reads"],
  ["-slm", "small model writes"],
  ["-llm", "large model writes"],
];

let shown = "";
// The faults that the application has, as it last said.
let current = {};

/** Shows the panel and keeps its breakers up to date. */
export function showFaults() {
  byId("faults").hidden = false;
  const update = async () => {
    if (!document.hidden) await render(api.faults());
    setTimeout(update, REFRESH);
  };
  update();
}

/** Fetches the breakers' states at once, as after a translation. */
export const refreshFaults = () => byId("faults").hidden || render(api.faults());

async function render(answer) {
  try {
    const { faults, breakers } = await answer;
    current = faults;
    byId("slmBroken").checked = faults.slmFaults > 0;
    byId("llmSlow").checked = faults.llmDelay > 0;
    // Only changes touch the page, so that nobody is disturbed in reading.
    if (shown === JSON.stringify(breakers)) return;
    shown = JSON.stringify(breakers);
    byId("breakers").replaceChildren(...breakers.map(row));
  } catch {
    shown = "";
    byId("breakers").replaceChildren(element("li", { textContent: "The application does not answer." }));
  }
}

function row({ name, state, calls, failed, slow }) {
  const guarded = GUARDED.find(([end]) => name.endsWith(end))?.[1] ?? "";
  return element("li", { className: state.toLowerCase() },
    element("strong", { textContent: name }),
    element("span", { className: "quiet", textContent: guarded }),
    element("span", { className: "state", textContent: STATES[state] ?? state }),
    element("span", {
      className: "quiet calls",
      textContent: `${failed} failed, ${slow} slow of ${calls}`,
    }));
}

// A box changes its own fault; the others stay as they are, those that the panel does not show too.
function change(fault) {
  render(api.setFaults({ ...current, ...fault }));
}

byId("slmBroken").addEventListener("change", ({ target }) =>
  change({ slmFaults: target.checked ? 100 : 0 }));
byId("llmSlow").addEventListener("change", ({ target }) =>
  change({ llmDelay: target.checked ? DELAY : 0 }));
byId("repair").addEventListener("click", () => render(api.repair()));
