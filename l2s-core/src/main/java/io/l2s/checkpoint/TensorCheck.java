package io.l2s.checkpoint;

import io.l2s.ModelLoadException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Compares a checkpoint's tensors with those a model needs. */
public final class TensorCheck {

  private static final Pattern ATTENTION = Pattern.compile("attn|[Aa]ttention");

  private TensorCheck() {}

  /**
   * Checks that exactly the expected tensors are there.
   *
   * @param expected shapes by name
   * @param int8 names of the tensors that must be stored as 8-bit integers
   * @param ignored names that may be there and are not read
   * @throws ModelLoadException naming every tensor that is missing, mis-shaped, of no weight format
   *     or surplus
   */
  public static void check(
      Checkpoint checkpoint,
      Map<String, List<Long>> expected,
      Predicate<String> int8,
      Predicate<String> ignored) {
    Map<String, TensorEntry> tensors = checkpoint.tensors();
    List<String> problems = new ArrayList<>();
    expected.forEach(
        (name, shape) -> {
          TensorEntry entry = tensors.get(name);
          if (entry == null) {
            problems.add("missing tensor " + name + " " + shape);
            return;
          }
          if (!entry.shape().equals(shape)) {
            problems.add(
                name
                    + " has shape "
                    + entry.shape()
                    + ", expected "
                    + shape
                    + hint(name, entry.shape(), shape));
          }
          boolean wanted =
              int8.test(name) ? entry.type() == TensorType.I8 : entry.type().isWeight();
          if (!wanted) {
            String formats = int8.test(name) ? "I8" : "F32, F16 or BF16";
            problems.add(name + " has type " + entry.type() + ", expected " + formats);
          }
        });
    tensors.keySet().stream()
        .filter(name -> !expected.containsKey(name) && !ignored.test(name))
        .forEach(name -> problems.add("unexpected tensor " + name));
    if (!problems.isEmpty()) {
      throw new ModelLoadException(checkpoint.weightsFile(), problems);
    }
  }

  /** A frequent cause of such a difference; empty where none is known. */
  private static String hint(String name, List<Long> stored, List<Long> expected) {
    if (stored.size() == 2 && List.of(stored.get(1), stored.get(0)).equals(expected)) {
      return " (it is stored transposed)";
    }
    return ATTENTION.matcher(name).find()
        ? " (config.json may have another number or width of heads)"
        : "";
  }
}
