package io.l2s.tokenizer;

/** The fate of the places that a text is split at. */
enum SplitBehavior {
  REMOVED,
  ISOLATED,
  MERGED_WITH_PREVIOUS,
  MERGED_WITH_NEXT,
  CONTIGUOUS;

  /** Receives pieces that are not empty. */
  interface Pieces {
    void piece(int start, int end);
  }

  static SplitBehavior of(String name) {
    return switch (name) {
      case "Removed" -> REMOVED;
      case "Isolated" -> ISOLATED;
      case "MergedWithPrevious" -> MERGED_WITH_PREVIOUS;
      case "MergedWithNext" -> MERGED_WITH_NEXT;
      case "Contiguous" -> CONTIGUOUS;
      default -> throw new IllegalArgumentException(name);
    };
  }

  Joiner joiner(Pieces pieces) {
    return new Joiner(this, pieces);
  }

  /** Joins the parts of one text to pieces. */
  static final class Joiner {
    private final SplitBehavior behavior;
    private final Pieces pieces;
    private int start;
    private int end;
    private boolean afterMatch;
    private boolean begun;

    private Joiner(SplitBehavior behavior, Pieces pieces) {
      this.behavior = behavior;
      this.pieces = pieces;
    }

    void part(int partStart, int partEnd, boolean match) {
      boolean joins =
          switch (behavior) {
            case REMOVED, ISOLATED -> false;
            case CONTIGUOUS -> match == afterMatch;
            case MERGED_WITH_PREVIOUS -> match && !afterMatch;
            // A match joins what follows, unless that is a match.
            case MERGED_WITH_NEXT -> afterMatch && !match;
          };
      if (!begun || !joins) {
        end();
        start = partStart;
      }
      end = partEnd;
      begun = behavior != REMOVED || !match;
      afterMatch = match;
    }

    void end() {
      if (begun && start < end) {
        pieces.piece(start, end);
      }
      begun = false;
    }
  }
}
