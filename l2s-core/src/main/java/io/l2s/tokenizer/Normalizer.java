package io.l2s.tokenizer;

import java.text.Normalizer.Form;
import java.util.List;
import java.util.function.IntPredicate;

/** Changes a text before it is split: Unicode forms, case, white space. */
interface Normalizer {

  Normalizer NONE = text -> text;

  Normalized apply(Normalized text);

  /**
   * A text on its way through the steps.
   *
   * @param atStart whether its first character stems from the first one of the request's text
   * @param limit of the whole way
   */
  record Normalized(String text, boolean atStart, WorkLimit limit) {

    Normalized with(String changed) {
      limit.check(changed.length());
      return new Normalized(changed, atStart, limit);
    }

    Normalized with(String changed, boolean sameStart) {
      limit.check(changed.length());
      return new Normalized(changed, atStart && sameStart, limit);
    }
  }

  static Normalizer sequence(List<Normalizer> steps) {
    return text -> {
      Normalized changed = text;
      for (Normalizer step : steps) {
        changed = step.apply(changed);
      }
      return changed;
    };
  }

  static Normalizer form(Form form) {
    return text -> text.with(java.text.Normalizer.normalize(text.text(), form));
  }

  /** Each character by itself: no final sigma. */
  static String lowerCase(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == 0x130) {
                lower.append("i\u0307");
              } else {
                lower.appendCodePoint(Character.toLowerCase(c));
              }
            });
    return lower.toString();
  }

  /** Removes each character that {@code removed} accepts. */
  static Normalizer removing(IntPredicate removed) {
    return text -> {
      String whole = text.text();
      return text.with(
          Characters.without(whole, removed),
          whole.isEmpty() || !removed.test(whole.codePointAt(0)));
    };
  }

  static Normalizer replacing(TextPattern pattern, String content) {
    return text -> {
      String whole = text.text();
      StringBuilder changed = new StringBuilder(whole.length());
      boolean[] sameStart = {true};
      int first = whole.isEmpty() ? 0 : Character.charCount(whole.codePointAt(0));
      pattern.find(
          whole,
          text.limit(),
          (start, end, match) -> {
            if (!match) {
              changed.append(whole, start, end);
              return;
            }
            // The new text stems from the last character that it replaces.
            if (start == 0 && (content.isEmpty() || end > first)) {
              sameStart[0] = false;
            }
            changed.append(content);
            text.limit().check(changed.length());
          });
      return text.with(changed.toString(), sameStart[0]);
    };
  }
}
