package io.l2s.serving;

/** The text of one answer while its ids arrive; not thread-safe. */
public interface AnswerText {

  /** Takes the next ids and returns the text that no later id can change, often none. */
  String append(int... ids);

  /** Returns what was held back and ends the answer; called once at most. */
  String finish();
}
