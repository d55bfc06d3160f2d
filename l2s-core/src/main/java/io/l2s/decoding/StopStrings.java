package io.l2s.decoding;

import java.util.List;

/**
 * Passes the text of an answer on up to the stop string that is complete first, and holds back text
 * that may become one. The pieces in which the text arrives make no difference. Not thread-safe.
 */
public final class StopStrings {

  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean reached;

  /**
   * @param stops none of them empty
   */
  public StopStrings(List<String> stops) {
    this.stops = List.copyOf(stops);
  }

  /** Whether there are no stop strings. */
  public boolean isEmpty() {
    return stops.isEmpty();
  }

  /** Takes the next piece and returns the text that is certain now, often none. */
  public String append(String piece) {
    if (reached) {
      return "";
    }
    held.append(piece);
    int start = -1;
    int end = Integer.MAX_VALUE;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      int after = at + stop.length();
      if (at >= 0 && (after < end || after == end && at < start)) {
        start = at;
        end = after;
      }
    }
    if (start >= 0) {
      reached = true;
      return release(start);
    }
    return release(held.length() - possibleBeginning());
  }

  /** Length of the longest end of the held text with which a stop string begins. */
  private int possibleBeginning() {
    int longest = 0;
    for (String stop : stops) {
      int most = Math.min(stop.length() - 1, held.length());
      for (int length = most; length > longest; length--) {
        if (stop.startsWith(held.substring(held.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }

  private String release(int length) {
    String text = held.substring(0, length);
    held.delete(0, length);
    return text;
  }

  /** Whether a stop string has come; the text behind it is dropped. */
  public boolean reached() {
    return reached;
  }

  /** Returns the text that was held back, after an answer without a stop string has ended. */
  public String finish() {
    return reached ? "" : release(held.length());
  }
}
