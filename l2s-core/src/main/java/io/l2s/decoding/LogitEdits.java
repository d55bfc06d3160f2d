package io.l2s.decoding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Edits of single scores of a step, over all rows of a batch. Not thread-safe. */
final class LogitEdits {

  private record Place(int row, int id) {}

  private record Change(float factor, float amount) {}

  private final Map<Place, Change> changes = new LinkedHashMap<>();

  /** Divides the score by {@code factor}, or multiplies it where it is negative. */
  void divide(int row, int id, double factor) {
    merge(row, id, (float) factor, 0);
  }

  /** Subtracts {@code amount} from the score, after any division. */
  void subtract(int row, int id, double amount) {
    merge(row, id, 1, (float) amount);
  }

  /** Excludes the token from the choice. */
  void ban(int row, int id) {
    merge(row, id, 1, Float.POSITIVE_INFINITY);
  }

  private void merge(int row, int id, float factor, float amount) {
    changes.merge(
        new Place(row, id),
        new Change(factor, amount),
        (a, b) -> new Change(a.factor() * b.factor(), a.amount() + b.amount()));
  }

  int size() {
    return changes.size();
  }

  long[] rows() {
    return changes.keySet().stream().mapToLong(Place::row).toArray();
  }

  long[] ids() {
    return changes.keySet().stream().mapToLong(Place::id).toArray();
  }

  float[] factors() {
    return floats(changes.values().stream().map(Change::factor).toList());
  }

  float[] amounts() {
    return floats(changes.values().stream().map(Change::amount).toList());
  }

  private static float[] floats(List<Float> values) {
    List<Float> all = new ArrayList<>(values);
    float[] floats = new float[all.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = all.get(i);
    }
    return floats;
  }
}
