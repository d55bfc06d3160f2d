"use strict";

const form = document.getElementById("form");
const text = document.getElementById("text");
const go = document.getElementById("go");
const speedup = document.getElementById("speedup");

function clear(route) {
  const card = document.getElementById(route);
  card.querySelector(".text").textContent = "";
  card.querySelector("dl").replaceChildren();
  notice(card, null);
}

function notice(card, message) {
  const line = card.querySelector(".notice");
  line.textContent = message ?? "";
  line.hidden = !message;
}

function figures(card, result) {
  const seconds = result.timings.total / 1000;
  const rows = {
    "first token": result.timings.firstToken.toFixed(0) + " ms",
    "whole answer": result.timings.total.toFixed(0) + " ms",
    "tokens": String(result.usage.generatedTokens),
    "tokens/s": (result.usage.generatedTokens / seconds).toFixed(0),
    "answered by": result.route,
  };
  card.querySelector("dl").replaceChildren(
    ...Object.entries(rows).map(([name, value]) => {
      const group = document.createElement("div");
      const term = document.createElement("dt");
      const detail = document.createElement("dd");
      term.textContent = name;
      detail.textContent = value;
      group.append(term, detail);
      return group;
    }));
  notice(card, result.degradation && "Answered by " + result.route + ": " + result.degradation.message);
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    const parts = rest.split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const event = { name: "message", data: "" };
      for (const line of part.split("\n")) {
        if (line.startsWith("event:")) event.name = line.slice(6).trim();
        if (line.startsWith("data:")) event.data += line.slice(5);
      }
      yield { name: event.name, data: JSON.parse(event.data) };
    }
  }
}

async function translate(route) {
  const card = document.getElementById(route);
  card.classList.add("running");
  try {
    const response = await fetch("api/translate/stream", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: text.value, route }),
    });
    if (!response.ok) throw new Error((await response.json()).detail ?? response.statusText);
    for await (const event of events(response)) {
      if (event.name === "chunk") card.querySelector(".text").textContent += event.data.text;
      if (event.name === "problem") throw new Error(event.data.detail);
      if (event.name === "done") {
        figures(card, event.data);
        return event.data;
      }
    }
    throw new Error("the connection ended before the answer did");
  } catch (failure) {
    notice(card, failure.message);
    return null;
  } finally {
    card.classList.remove("running");
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  go.disabled = true;
  speedup.textContent = "";
  clear("HYBRID");
  clear("LLM_ONLY");
  try {
    // One after the other: both routes share the same cores.
    const hybrid = await translate("HYBRID");
    const llm = await translate("LLM_ONLY");
    if (hybrid?.route === "HYBRID" && llm) {
      const perToken = (result) => result.timings.total / result.usage.generatedTokens;
      const ratio = perToken(llm) / perToken(hybrid);
      speedup.textContent =
        "Per token, the hybrid took " + perToken(hybrid).toFixed(1) + " ms and the large model alone "
        + perToken(llm).toFixed(1) + " ms: " + ratio.toFixed(1) + "× as fast.";
    }
  } finally {
    go.disabled = false;
  }
});

for (const example of document.querySelectorAll(".examples button")) {
  example.addEventListener("click", () => {
    text.value = example.textContent;
    form.requestSubmit();
  });
}

// "translate English to French: {source}" names the languages.
async function nameLanguages() {
  const response = await fetch("api/translate");
  const { template } = await response.json();
  const languages = /^translate (.+ to .+):/.exec(template);
  if (languages) {
    document.querySelector("h1").textContent = languages[1];
    document.title = "l2s · " + languages[1];
  }
}

nameLanguages();
