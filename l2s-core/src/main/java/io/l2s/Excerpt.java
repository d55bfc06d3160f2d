package io.l2s;

import java.util.ArrayList;
import java.util.List;

/** Foreign text as part of a message: what no terminal can show is escaped, and it is cut. */
public final class Excerpt {

  private static final int MAX = 1_000;
  private static final int END = 250;
  private static final int MAX_PARTS = 100;
  private static final int MAX_ALL = 20_000;

  private Excerpt() {}

  /** The first {@code most} characters of {@code text} on one line. */
  public static String of(String text, int most) {
    return text.length() <= most ? escaped(text) : escaped(text.substring(0, most)) + "…";
  }

  /** {@code text} on one line of at most about a thousand characters. */
  static String of(String text) {
    if (text.length() <= MAX) {
      return escaped(text);
    }
    // The end holds the remedy, so the middle goes.
    int cut = text.length() - MAX;
    return escaped(text.substring(0, MAX - END))
        + " … ("
        + cut
        + " characters more) … "
        + escaped(text.substring(text.length() - END));
  }

  /**
   * An excerpt of each of the first hundred, as far as they have 20,000 characters together, and
   * the number of those left out.
   */
  static List<String> ofEach(List<String> texts) {
    List<String> excerpts = new ArrayList<>();
    int characters = 0;
    for (String text : texts) {
      characters += Math.min(MAX, text.length());
      if (excerpts.size() == MAX_PARTS || characters > MAX_ALL) {
        excerpts.add("and " + (texts.size() - excerpts.size()) + " more problems");
        break;
      }
      excerpts.add(of(text));
    }
    return List.copyOf(excerpts);
  }

  private static String escaped(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (isShown(point)) {
                shown.appendCodePoint(point);
              } else {
                shown.append(String.format("\\u%04x", point));
              }
            });
    return shown.toString();
  }

  private static boolean isShown(int point) {
    return switch (Character.getType(point)) {
      // Format characters turn the direction of writing around.
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
