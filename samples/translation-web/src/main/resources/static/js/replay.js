// Shows the recorded streams of all cards side by side, slower than they were.

export const SLOWER = 10;

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Plays the cards' texts again, all from one start. */
export async function replay(cards, signal) {
  const played = cards.filter(({ translation }) => translation);
  await Promise.all(played.map((card) => play(card, signal)));
}

async function play(card, signal) {
  card.output.replaceChildren();
  card.root.classList.add("running");
  const started = performance.now();
  for (const { at, text } of card.arrivals) {
    const wait = SLOWER * at - (performance.now() - started);
    if (wait > 0) await later(wait);
    if (signal.aborted) break;
    card.append(text);
  }
  // A card without a translation has been emptied for the next one.
  if (!card.translation) return;
  card.stop();
  card.showText();
}
