package io.l2s.chat;

/**
 * The work that one rendering may still do. A template is a file from elsewhere: it may loop, nest
 * and grow without end. Counting steps bounds its time without a clock, so a template that renders
 * today renders tomorrow.
 */
final class Budget {

  /** Evaluated nodes and touched elements; real templates need some hundred for a message. */
  static final int MAX_STEPS = 2_000_000;

  /** Characters of a text, the rendered prompt included. */
  static final int MAX_TEXT = 1_000_000;

  /** Elements of a list, as in Jinja's own sandbox. */
  static final int MAX_ELEMENTS = 100_000;

  /** Nodes within nodes, calls of macros included. */
  static final int MAX_DEPTH = 400;

  private static final int CHARACTERS_OF_A_STEP = 16;
  private static final int COMPARISONS_OF_A_STEP = 256;

  private int steps;
  private int depth;

  /** Takes one step and one level, which {@link #leave} gives back. */
  void enter() {
    step(1);
    if (++depth > MAX_DEPTH) {
      throw new TemplateError("nests more than " + MAX_DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }

  void step(int count) {
    steps = Math.min(MAX_STEPS, steps) + count;
    if (steps > MAX_STEPS) {
      throw new TemplateError("takes more than " + MAX_STEPS + " steps");
    }
  }

  /** Pays for reading or writing {@code text}. */
  String text(String text) {
    characters(text.length());
    return text;
  }

  /** Pays for a text of {@code length} characters, before it is made. */
  void characters(long length) {
    if (length > MAX_TEXT) {
      throw new TemplateError("makes a text of more than " + MAX_TEXT + " characters");
    }
    step((int) length / CHARACTERS_OF_A_STEP);
  }

  /**
   * Pays for finding {@code part} in {@code text}, which may look at it again at each character.
   */
  void search(String text, String part) {
    long work = (long) text.length() * part.length() / COMPARISONS_OF_A_STEP;
    step((int) Math.min(MAX_STEPS, work));
    characters(text.length());
  }

  /** Pays for a list of {@code size} elements, before it is made. */
  void elements(long size) {
    if (size > MAX_ELEMENTS) {
      throw new TemplateError("makes a list of more than " + MAX_ELEMENTS + " elements");
    }
    step((int) size);
  }
}
