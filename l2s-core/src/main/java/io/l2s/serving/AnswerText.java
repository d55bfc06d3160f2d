package io.l2s.serving;

/** The text of one answer while its ids arrive. Not thread-safe. */
public interface AnswerText {

  /** Takes the next ids and returns the text that no later id can change, often none. */
  String append(int... ids);

  /** Ends the answer and returns the text that was held back; called at most once. */
  String finish();
}
