// The application's HTTP interface.

/** An answer that is a problem (application/problem+json); `field` names the input at fault. */
export class Problem extends Error {
  constructor({ status = 0, detail = "", field = null, bound = "" }) {
    super(detail);
    Object.assign(this, { status, field, bound });
  }
}

async function call(path, method, body, signal) {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Problem({ detail: failure.message });
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Problem({ detail: response.statusText, ...problem, status: response.status });
  }
  return response;
}

const json = async (...request) => (await call(...request)).json();

export const offer = () => json("api/translate", "GET");
export const translate = (body, signal) => json("api/translate", "POST", body, signal);
export const alternatives = (body) => json("api/translate/alternatives", "POST", body);
export const faults = () => json("api/faults", "GET");
export const setFaults = (wanted) => json("api/faults", "PUT", wanted);
export const repair = () => json("api/faults", "DELETE");

/** The events of a streamed translation: `chunk`, `sentence` and `done`. */
export async function* stream(body, signal) {
  const response = await call("api/translate/stream", "POST", body, signal);
  for await (const event of events(response.body)) {
    if (event.name === "problem") throw new Problem(event.data);
    yield event;
    if (event.name === "done") return;
  }
  throw new Problem({ detail: "the connection ended before the answer did" });
}

/** Server-sent events with JSON as their data. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const lines = part.split("\n");
      const field = (name) =>
        lines.filter((line) => line.startsWith(name + ":")).map((line) => line.slice(name.length + 1));
      yield { name: field("event").join("").trim(), data: JSON.parse(field("data").join("\n")) };
    }
  }
}
