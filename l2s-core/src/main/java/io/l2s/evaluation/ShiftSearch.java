package io.l2s.evaluation;

import io.l2s.evaluation.EditDistance.Alignment;
import org.jspecify.annotations.Nullable;

/**
 * The greedy search of TER for runs of words that save edits when they are moved.
 *
 * <p>Follows {@code lib_ter} of sacrebleu 2.6 (Apache License 2.0, Memsource), and with it Tercom's
 * limits and its choice among equal shifts.
 */
final class ShiftSearch {

  private static final int MAX_LENGTH = 10;
  private static final int MAX_DISTANCE = 50;
  private static final int MAX_CANDIDATES = 1000;

  private final int[] reference;
  private final EditDistance distance;
  private int[] words;
  private int candidates;

  private int bestGain;
  private int bestLength;
  private int @Nullable [] best;

  private ShiftSearch(int[] hypothesis, int[] reference) {
    this.words = hypothesis;
    this.reference = reference;
    this.distance = new EditDistance(reference, hypothesis.length);
  }

  /** The number of edits, shifts among them, that turn {@code hypothesis} into the reference. */
  static int edits(int[] hypothesis, int[] reference) {
    return reference.length == 0
        ? hypothesis.length
        : new ShiftSearch(hypothesis, reference).edits();
  }

  private int edits() {
    int shifts = 0;
    int[] shifted = findBest();
    while (shifted != null && candidates < MAX_CANDIDATES && bestGain > 0) {
      words = shifted;
      shifts++;
      shifted = findBest();
    }
    return shifts + distance.to(words);
  }

  /** Tries the shifts of the words as they are now; null if there is none. */
  private int @Nullable [] findBest() {
    best = null;
    int before = distance.to(words);
    Alignment alignment = distance.alignment();
    for (int from = 0; from < words.length; from++) {
      for (int to = 0; to < reference.length; to++) {
        if (Math.abs(to - from) > MAX_DISTANCE) {
          continue;
        }
        int most = Math.min(MAX_LENGTH, Math.min(words.length - from, reference.length - to));
        for (int length = 1; length <= most; length++) {
          if (words[from + length - 1] != reference[to + length - 1]) {
            break;
          }
          if (worthMoving(alignment, from, to, length)) {
            tryTargets(alignment, before, from, to, length);
            if (candidates >= MAX_CANDIDATES) {
              return best;
            }
          }
        }
      }
    }
    return best;
  }

  /** Whether both places have errors, and the run is not moved within itself. */
  private static boolean worthMoving(Alignment alignment, int from, int to, int length) {
    int now = alignment.positions()[to];
    return any(alignment.hypothesisErrors(), from, length)
        && any(alignment.referenceErrors(), to, length)
        && (now < from || now >= from + length);
  }

  private static boolean any(boolean[] errors, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (errors[i]) {
        return true;
      }
    }
    return false;
  }

  private void tryTargets(Alignment alignment, int before, int from, int to, int length) {
    int previous = -1;
    for (int i = to - 1; i < to + length; i++) {
      int target = i < 0 ? 0 : alignment.positions()[i] + 1;
      if (target == previous) {
        continue;
      }
      previous = target;
      int[] shifted = shifted(words, from, length, target);
      int gain = before - distance.to(shifted);
      candidates++;
      // Runs and targets come from left to right, so the earlier of two equal shifts stays.
      if (best == null || gain > bestGain || (gain == bestGain && length > bestLength)) {
        best = shifted;
        bestGain = gain;
        bestLength = length;
      }
    }
  }

  /**
   * The words with one run moved before {@code target}, or as far right where the target is within
   * the run.
   */
  private static int[] shifted(int[] words, int from, int length, int target) {
    int move = target < from ? target : target > from + length ? target - length : target;
    int start = Math.min(move, words.length - length);
    int[] shifted = new int[words.length];
    int rest = 0;
    for (int i = 0; i < words.length; i++) {
      if (i >= start && i < start + length) {
        shifted[i] = words[from + i - start];
      } else {
        rest = rest == from ? from + length : rest;
        shifted[i] = words[rest++];
      }
    }
    return shifted;
  }
}
