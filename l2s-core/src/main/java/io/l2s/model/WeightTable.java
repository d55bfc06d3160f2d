package io.l2s.model;

import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.TensorCheck;
import io.l2s.engine.Program;
import io.l2s.engine.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tensors of one model, as its family names them. */
public record WeightTable(List<WeightSpec> specs) {

  public WeightTable {
    specs = List.copyOf(specs);
  }

  /** The tensors that a program takes. */
  public Stream<WeightSpec> required() {
    return specs.stream().filter(WeightSpec::required);
  }

  /** Whether a program takes a tensor that it calls {@code name}. */
  public boolean holds(String name) {
    return required().anyMatch(spec -> spec.name().equals(name));
  }

  /**
   * Compares a checkpoint's tensors with this table.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public void check(Checkpoint checkpoint) {
    boolean int8 = StoredInt8.isIn(checkpoint.config());
    Map<String, List<Long>> expected = new LinkedHashMap<>();
    required().forEach(spec -> expected.put(spec.stored(), spec.shape()));
    if (int8) {
      products()
          .forEach(
              spec ->
                  expected.put(StoredInt8.scaleOf(spec.stored()), List.of(spec.shape().get(0))));
    }
    Set<String> products = names(spec -> int8 && spec.kind() == WeightSpec.Kind.PRODUCT);
    Set<String> ignored = names(spec -> !spec.required());
    TensorCheck.check(checkpoint, expected, products::contains, ignored::contains);
    if (int8) {
      StoredInt8.checkScales(checkpoint);
    }
  }

  private Stream<WeightSpec> products() {
    return specs.stream().filter(spec -> spec.kind() == WeightSpec.Kind.PRODUCT);
  }

  private Set<String> names(Predicate<WeightSpec> wanted) {
    return specs.stream().filter(wanted).map(WeightSpec::stored).collect(Collectors.toSet());
  }

  /**
   * Hands the tensors of a checked checkpoint to a program, each by the program's name for it.
   * Native thread only.
   *
   * @param precision of those that do not stay float32
   */
  public void put(Program program, Checkpoint checkpoint, Precision precision) {
    required().forEach(spec -> put(program, checkpoint, precision, spec));
  }

  /** Hands one of the tensors over, with its scales where the checkpoint stores 8-bit integers. */
  static void put(Program program, Checkpoint checkpoint, Precision precision, WeightSpec spec) {
    Weights.put(
        program,
        spec.name(),
        checkpoint.tensor(spec.stored()),
        spec.inFloat32() ? Precision.F32 : precision);
    if (spec.kind() == WeightSpec.Kind.PRODUCT && StoredInt8.isIn(checkpoint.config())) {
      Weights.put(
          program,
          StoredInt8.scaleOf(spec.name()),
          checkpoint.tensor(StoredInt8.scaleOf(spec.stored())),
          Precision.F32);
    }
  }
}
