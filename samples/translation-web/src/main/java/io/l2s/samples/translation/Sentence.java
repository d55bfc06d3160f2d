package io.l2s.samples.translation;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A sentence of a text.
 *
 * @param after the blanks and line breaks between it and the next sentence
 */
record Sentence(String text, String after) {

  /** The dot of a title ends no sentence. */
  private static final Pattern TITLE = Pattern.compile("\\b(?:Mr|Mrs|Ms|Dr|Prof|St)\\.\\s*$");

  /** The sentences of {@code text} without blanks around it. A line break ends a sentence, too. */
  static List<Sentence> split(String text) {
    String stripped = text.strip();
    BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ENGLISH);
    breaks.setText(stripped);
    List<Sentence> sentences = new ArrayList<>();
    int start = 0;
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      String part = stripped.substring(start, end);
      if (end < stripped.length() && TITLE.matcher(part).find()) {
        continue;
      }
      addLines(part, sentences);
      start = end;
    }
    return sentences;
  }

  private static void addLines(String part, List<Sentence> sentences) {
    for (String line : part.split("(?<=\n)")) {
      String sentence = line.strip();
      int begin = line.indexOf(sentence);
      if (begin > 0 || sentence.isEmpty()) {
        follow(sentences, sentence.isEmpty() ? line : line.substring(0, begin));
      }
      if (!sentence.isEmpty()) {
        sentences.add(new Sentence(sentence, line.substring(begin + sentence.length())));
      }
    }
  }

  /** Adds blanks to what follows the last sentence. */
  private static void follow(List<Sentence> sentences, String blanks) {
    int last = sentences.size() - 1;
    Sentence before = sentences.get(last);
    sentences.set(last, new Sentence(before.text(), before.after() + blanks));
  }
}
