// Problems in a person's words, and the input that each belongs to.

const INPUTS = ["text", "language", "numBeams", "temperature", "seed", "maxNewTokens"];

/** The input at fault (null: none of them) and what to say about it. */
export function inWords(problem) {
  if (problem.field === "text" && problem.status === 413) {
    return { input: "text", words: "A sentence is too long for the model. Split it into shorter ones." };
  }
  if (problem.field === "numBeams" && problem.bound.includes("sampled")) {
    return { input: "numBeams", words: "Beams go without chance. Choose 1 beam, or temperature 0." };
  }
  if (INPUTS.includes(problem.field)) {
    return { input: problem.field, words: `This must be ${problem.bound}.` };
  }
  return { input: null, words: general(problem) };
}

function general(problem) {
  switch (problem.status) {
    case 0: return "The application does not answer. Is it still running?";
    case 503: return "The models are busy or switched off by their breakers. Try again in a moment.";
    case 504: return "The translation took too long and was stopped. Try a shorter text.";
    default: return "The translation failed: " + problem.message;
  }
}

/** The fault of an input, by the browser's own check; empty: none. */
export function invalid(input) {
  const { validity } = input;
  if (validity.valid && input.value.trim()) return "";
  if (validity.valid && !input.required) return "";
  if (input.id === "text" && (validity.valid || validity.valueMissing)) return "Write a text first.";
  if (validity.tooLong) return `Shorten the text to ${input.maxLength.toLocaleString("en")} characters.`;
  if (validity.stepMismatch) return input.step === "1" ? "Write a whole number." : `Write a number in steps of ${input.step}.`;
  return `Write a number from ${input.min} to ${input.max}.`;
}
