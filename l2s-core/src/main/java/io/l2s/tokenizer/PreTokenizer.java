package io.l2s.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Splits a normalized text into pieces; the model makes the tokens of each by itself. */
interface PreTokenizer {

  PreTokenizer NONE = (pieces, limit) -> pieces;

  List<Piece> apply(List<Piece> pieces, WorkLimit limit);

  /**
   * A part of a text, never empty.
   *
   * @param atStart whether it begins where the request's text begins
   */
  record Piece(String text, boolean atStart) {}

  static PreTokenizer sequence(List<PreTokenizer> steps) {
    return (pieces, limit) -> {
      List<Piece> split = pieces;
      for (PreTokenizer step : steps) {
        split = step.apply(split, limit);
      }
      return split;
    };
  }

  /** Changes each piece by itself. */
  static PreTokenizer mapping(UnaryOperator<Piece> change) {
    return (pieces, limit) -> {
      List<Piece> changed = new ArrayList<>(pieces.size());
      long length = 0;
      for (Piece piece : pieces) {
        changed.add(change.apply(piece));
        length += changed.get(changed.size() - 1).text().length();
        limit.check(length);
      }
      return changed;
    };
  }

  static PreTokenizer splitting(TextPattern pattern, SplitBehavior behavior, boolean invert) {
    return (pieces, limit) -> {
      List<Piece> split = new ArrayList<>(pieces.size());
      for (Piece piece : pieces) {
        SplitBehavior.Joiner joiner =
            behavior.joiner(
                (start, end) ->
                    split.add(
                        new Piece(
                            piece.text().substring(start, end), piece.atStart() && start == 0)));
        pattern.find(
            piece.text(), limit, (start, end, match) -> joiner.part(start, end, match != invert));
        joiner.end();
      }
      return split;
    };
  }
}
