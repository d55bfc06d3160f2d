package io.l2s.model;

import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TensorCheck;
import io.l2s.engine.Program;
import io.l2s.engine.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tensors of one model, as its family names them. Immutable. */
public final class WeightTable {

  private final List<WeightSpec> specs;

  /** Those that a program takes, by its names; the first of a name counts. */
  private final Map<String, WeightSpec> byName;

  public WeightTable(List<WeightSpec> specs) {
    this.specs = List.copyOf(specs);
    Map<String, WeightSpec> named = new LinkedHashMap<>();
    required().forEach(spec -> named.putIfAbsent(spec.name(), spec));
    this.byName = Collections.unmodifiableMap(named);
  }

  /**
   * The beginning of the names of {@code checkpoint}'s tensors: {@code prefix}, or nothing where no
   * name begins with it. transformers stores models with a head with a prefix, and bodies without.
   */
  public static String prefixIn(Checkpoint checkpoint, String prefix) {
    return checkpoint.tensors().keySet().stream().anyMatch(name -> name.startsWith(prefix))
        ? prefix
        : "";
  }

  /** The tensors that a program takes, by its names and in the table's order. */
  Map<String, WeightSpec> byName() {
    return byName;
  }

  /** The tensors that a program takes. */
  public Stream<WeightSpec> required() {
    return specs.stream().filter(WeightSpec::required);
  }

  /** Whether a program takes a tensor that it calls {@code name}. */
  public boolean holds(String name) {
    return byName.containsKey(name);
  }

  /**
   * Compares a checkpoint's tensors with this table.
   *
   * @throws ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public void check(Checkpoint checkpoint) {
    boolean int8 = StoredInt8.isIn(checkpoint.config());
    Set<String> rounded = int8 ? rounded(checkpoint) : Set.of();
    Map<String, List<Long>> expected = new LinkedHashMap<>();
    required().forEach(spec -> expected.put(spec.stored(), spec.shape()));
    products()
        .filter(spec -> rounded.contains(spec.stored()))
        .forEach(
            spec -> expected.put(StoredInt8.scaleOf(spec.stored()), List.of(spec.shape().get(0))));
    Set<String> ignored = names(spec -> !spec.required());
    TensorCheck.check(checkpoint, expected, rounded::contains, ignored::contains);
    if (int8) {
      StoredInt8.checkScales(checkpoint);
    }
  }

  /** The program's names of the products that a checkpoint stored in int8 keeps as they were. */
  Set<String> unrounded(Checkpoint checkpoint) {
    Set<String> stored = StoredInt8.unrounded(checkpoint.config());
    return products()
        .filter(spec -> stored.contains(spec.stored()))
        .map(WeightSpec::name)
        .collect(Collectors.toSet());
  }

  private Set<String> rounded(Checkpoint checkpoint) {
    Set<String> unrounded = StoredInt8.unrounded(checkpoint.config());
    Set<String> products = names(spec -> spec.kind() == WeightSpec.Kind.PRODUCT);
    List<String> unknown =
        unrounded.stream().filter(name -> !products.contains(name)).sorted().toList();
    if (!unknown.isEmpty()) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          ConfigFile.QUANTIZATION
              + "."
              + StoredInt8.UNROUNDED
              + " names "
              + unknown
              + ", but the model has no such products");
    }
    products.removeAll(unrounded);
    return products;
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
    put(program, checkpoint, precision, spec -> checkpoint.copied());
  }

  /**
   * The same, where others than {@link Checkpoint#copied()} says may lie in the file.
   *
   * @param copied those that the program gets as a copy
   */
  void put(
      Program program, Checkpoint checkpoint, Precision precision, Predicate<WeightSpec> copied) {
    required().forEach(spec -> put(program, checkpoint, spec, precision, copied.test(spec)));
    if (StoredInt8.isIn(checkpoint.config())) {
      Set<String> rounded = rounded(checkpoint);
      products()
          .filter(spec -> rounded.contains(spec.stored()))
          .forEach(
              spec ->
                  Weights.put(
                      program,
                      StoredInt8.scaleOf(spec.name()),
                      checkpoint.tensor(StoredInt8.scaleOf(spec.stored())),
                      Precision.F32,
                      checkpoint.copied()));
    }
  }

  static void put(
      Program program,
      Checkpoint checkpoint,
      WeightSpec spec,
      Precision precision,
      boolean copied) {
    Weights.put(
        program,
        spec.name(),
        checkpoint.tensor(spec.stored()),
        spec.inFloat32() ? Precision.F32 : precision,
        copied);
  }
}
