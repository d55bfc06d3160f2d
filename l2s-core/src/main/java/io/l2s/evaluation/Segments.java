package io.l2s.evaluation;

import java.util.List;

/** The checks of segments that all metrics share. */
final class Segments {

  private Segments() {}

  static void validate(List<String> hypotheses, List<List<String>> references) {
    if (hypotheses.isEmpty()) {
      throw new IllegalArgumentException("hypotheses must have at least one sentence, but has 0");
    }
    if (hypotheses.size() != references.size()) {
      throw new IllegalArgumentException(
          "references must have one list for each of the "
              + hypotheses.size()
              + " hypotheses, but has "
              + references.size());
    }
    for (int i = 0; i < references.size(); i++) {
      if (references.get(i).isEmpty()) {
        throw new IllegalArgumentException(
            "references[" + i + "] must have at least one sentence, but has 0");
      }
    }
  }

  /** The number of references of each sentence, or {@code var} where it differs. */
  static String referenceCount(List<List<String>> references) {
    int first = references.get(0).size();
    boolean equal = references.stream().allMatch(each -> each.size() == first);
    return equal ? Integer.toString(first) : "var";
  }
}
