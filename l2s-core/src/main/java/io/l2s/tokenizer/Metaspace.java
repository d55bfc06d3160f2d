package io.l2s.tokenizer;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * How blanks become a visible mark, as in SentencePiece.
 *
 * @param split whether a text is split before each mark
 */
record Metaspace(int replacement, Scheme scheme, boolean split) {

  /** The pieces that get a mark in front. */
  enum Scheme {
    ALWAYS,
    FIRST,
    NEVER
  }

  static Metaspace read(JsonNode node) {
    Scheme scheme =
        node.json().has("prepend_scheme")
            ? Scheme.valueOf(
                node.choice("prepend_scheme", new TreeSet<>(Set.of("always", "first", "never")))
                    .toUpperCase(Locale.ROOT))
            : Scheme.ALWAYS;
    if (!node.booleanOr("add_prefix_space", true) && scheme != Scheme.NEVER) {
      throw node.wrong("add_prefix_space", "true, as prepend_scheme is not never");
    }
    return new Metaspace(node.character("replacement"), scheme, node.booleanOr("split", true));
  }
}
