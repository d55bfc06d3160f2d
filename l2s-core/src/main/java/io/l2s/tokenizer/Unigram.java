package io.l2s.tokenizer;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the most probable split of a piece, as in SentencePiece's unigram model. Neighbors
 * without a token become one unknown token, or their bytes.
 */
final class Unigram implements TokenModel {

  /** How much less probable an unknown character is than any token. */
  private static final double UNKNOWN_PENALTY = 10;

  private static final int NO_UNKNOWN = -1;

  private final TokenTrie tokens = new TokenTrie();
  private final Map<String, Integer> ids;
  private final double[] scores;
  private final double unknownScore;
  private final int unknown;
  private final @Nullable ByteTokens bytes;

  /**
   * @param ids each token's id
   * @param unknown id of the unknown token, or −1 for none
   */
  Unigram(Map<String, Integer> ids, double[] scores, int unknown, boolean byteFallback) {
    this.ids = ids;
    this.scores = scores;
    this.unknown = unknown;
    this.bytes = byteFallback ? new ByteTokens(ids) : null;
    ids.forEach(tokens::add);
    double least = Arrays.stream(scores).min().orElse(0);
    this.unknownScore = least - UNKNOWN_PENALTY;
  }

  @Override
  public void tokenize(String piece, TokenIds found) {
    int length = piece.length();
    // The best path to each place: its score, where its last token starts and that token's id.
    double[] best = new double[length + 1];
    int[] starts = new int[length + 1];
    int[] lastIds = new int[length + 1];
    Arrays.fill(starts, -1);
    for (int start = 0; start < length; ) {
      start = extend(piece, start, best, starts, lastIds);
    }
    append(piece, starts, lastIds, found);
  }

  @Override
  public int unknownId() {
    return unknown;
  }

  /** Extends the best path to {@code start} by each token there; returns the next place. */
  private int extend(String piece, int start, double[] best, int[] starts, int[] lastIds) {
    int single = start + Character.charCount(piece.codePointAt(start));
    boolean hasSingle = false;
    int node = TokenTrie.root();
    for (int end = start; end < piece.length(); ) {
      node = tokens.child(node, piece.charAt(end++));
      if (node < 0) {
        break;
      }
      int id = tokens.value(node);
      if (id >= 0) {
        improve(start, end, id, scores[id] + best[start], best, starts, lastIds);
        hasSingle |= end == single;
      }
    }
    if (!hasSingle) {
      improve(start, single, unknown, unknownScore + best[start], best, starts, lastIds);
    }
    return single;
  }

  private static void improve(
      int start, int end, int id, double score, double[] best, int[] starts, int[] lastIds) {
    if (starts[end] < 0 || score > best[end]) {
      best[end] = score;
      starts[end] = start;
      lastIds[end] = id;
    }
  }

  private void append(String piece, int[] starts, int[] lastIds, TokenIds found) {
    // From the end to the start, then in order.
    int[] ends = new int[piece.length()];
    int count = 0;
    for (int end = piece.length(); end > 0; end = starts[end]) {
      ends[count++] = end;
    }
    int start = 0;
    for (int i = count - 1; i >= 0; i--) {
      int end = ends[i];
      if (lastIds[end] != unknown) {
        found.add(lastIds[end]);
      } else if (i > 0 && lastIds[ends[i - 1]] == unknown) {
        continue;
      } else {
        appendUnknown(piece.substring(start, end), found);
      }
      start = end;
    }
  }

  private void appendUnknown(String text, TokenIds found) {
    Integer known = ids.get(text);
    if (known != null) {
      found.add(known);
      return;
    }
    int[] spelled = bytes == null ? new int[0] : bytes.of(text);
    if (spelled.length > 0) {
      found.addAll(spelled);
    } else if (unknown != NO_UNKNOWN) {
      found.add(unknown);
    } else {
      throw new NoTokenException(text, "model.unk_id is null");
    }
  }
}
