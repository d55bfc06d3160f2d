package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.TensorType;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.NativeHeap;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * Makes the products of a program in 8-bit integers, but for those that lose too much by it. The
 * stored weights are read where they lie in the file, so memory holds what is made of them and, for
 * a moment, one group once more. The largest groups are made first, while little else is there.
 * Native thread only.
 */
final class Int8Products {

  // Half as many again have the most uneven vectors. A pass over so few costs little beside
  // rounding the weights.
  private static final int TRIAL_IDS = 16;

  private static final Predicate<WeightSpec> NONE = spec -> false;

  private static final Set<TensorType> HALF_PRECISION = EnumSet.of(TensorType.BF16, TensorType.F16);

  // Smaller tables cost little memory, and cut files of copied weights do not end the JVM.
  private static final long MAPPED_TABLES = 64L << 20;

  private final NativeRuntime runtime;
  private final ModelProgram model;
  private final Checkpoint checkpoint;
  private final Program program;
  private final boolean copied;

  /**
   * @param program without weights
   */
  Int8Products(NativeRuntime runtime, ModelProgram model, Checkpoint checkpoint, Program program) {
    this.runtime = runtime;
    this.model = model;
    this.checkpoint = checkpoint;
    this.program = program;
    this.copied = checkpoint.copied() || hasSmallTables(model, checkpoint);
  }

  // Files of float32 alone are mapped whatever their size, as they are for a program in float32.
  private static boolean hasSmallTables(ModelProgram model, Checkpoint checkpoint) {
    if (StoredInt8.isIn(checkpoint.config())) {
      return false;
    }
    long tables =
        model
            .weights()
            .required()
            .filter(spec -> spec.kind() != WeightSpec.Kind.PRODUCT)
            .mapToLong(spec -> spec.elements() * Short.BYTES)
            .sum();
    return tables <= MAPPED_TABLES
        && model
            .weights()
            .required()
            .map(spec -> checkpoint.tensor(spec.stored()).type())
            .anyMatch(HALF_PRECISION::contains);
  }

  /** The most tokens of the trial text of {@code model}: its ids and the ends of answers. */
  static int trialTokens(ModelProgram model) {
    return TRIAL_IDS + TRIAL_IDS / 2 + model.eos().size();
  }

  /** The number format of products that stay out of int8 on this machine. */
  static Precision other() {
    return CpuFeatures.current().hasBf16() ? Precision.BF16 : Precision.F32;
  }

  /** Makes the products of float weights, and compares each with float32 before it is taken. */
  Int8Comparison round() {
    Int8Comparison comparison =
        compare(
            (group, loss) -> {
              if (loss.tooLarge()) {
                program.run("unpack", group);
                keepOut(group);
              }
              model.freeWeights(program, group);
            });
    keepOnlyUsed();
    return comparison;
  }

  /** Makes the products of float weights that were compared before. */
  void roundCompared() {
    putEqualized();
    forEachGroup(
        group -> {
          model.packInt8(program, group);
          model.freeWeights(program, group);
        });
    keepOnlyUsed();
  }

  /** Compares all products; the weights stay as they are. */
  Int8Comparison compare() {
    return compare((group, loss) -> program.run("unpack", group));
  }

  /** Takes the products as a checkpoint stores them. */
  void take() {
    Set<String> unrounded = model.weights().unrounded(checkpoint);
    model.groups().forEach(group -> requireOneFormat(group.names(), unrounded));
    put(program);
    model.addGroups(program);
    forEachGroup(
        group -> {
          if (unrounded.contains(model.groups().get(group).names().get(0))) {
            keepOut(group);
          } else {
            model.packInt8(program, group);
          }
          model.freeWeights(program, group);
        });
    keepOnlyUsed();
  }

  private void requireOneFormat(List<String> names, Set<String> unrounded) {
    if (names.stream().map(unrounded::contains).distinct().count() > 1) {
      throw new ModelLoadException(
          checkpoint.config().file(),
          ConfigFile.QUANTIZATION
              + "."
              + StoredInt8.UNROUNDED
              + " must name all or none of "
              + names
              + ", which share an input");
    }
  }

  private interface Verdict {
    void on(int group, Int8Comparison.Loss loss);
  }

  private Int8Comparison compare(Verdict verdict) {
    Int8Comparison.Loss[] losses = new Int8Comparison.Loss[model.groups().size()];
    try (NDManager scope = runtime.newScope()) {
      List<NDArray> watched = watched(scope);
      putEqualized();
      forEachGroup(
          group -> {
            model.packInt8(program, group);
            ProductGroup products = model.groups().get(group);
            try (NDArray input = watched.get(2 * group);
                NDArray results = watched.get(2 * group + 1)) {
              double loss =
                  program.number(
                      "loss_of_int8",
                      group,
                      input,
                      results,
                      products.factor(),
                      products.names(),
                      products.slices());
              losses[group] = new Int8Comparison.Loss(products.names(), loss);
            }
            verdict.on(group, losses[group]);
          });
    }
    return new Int8Comparison(Arrays.asList(losses), other());
  }

  // Freed memory lies between memory that is kept, so the system does not get it back by itself.
  private void forEachGroup(IntConsumer work) {
    for (int group : model.largestFirst()) {
      if (model.elements(model.groups().get(group)) > SharedProgram.CONVERTED_TOGETHER) {
        NativeHeap.trim();
      }
      work.accept(group);
    }
  }

  private void putEqualized() {
    put(program);
    model.groups().forEach(this::equalize);
    model.addGroups(program);
  }

  // Products are made anew of what lies in the file; tables are looked up in.
  private void put(Program to) {
    model
        .weights()
        .put(
            to,
            checkpoint,
            Precision.INT8,
            copied ? spec -> spec.kind() != WeightSpec.Kind.PRODUCT : NONE);
  }

  private void keepOnlyUsed() {
    model.keepOnlyUsed(program);
    if (copied) {
      program.releaseMapped();
    }
  }

  private void keepOut(int group) {
    if (copied) {
      // Weights in this format already would stay where they lie.
      model.groups().get(group).names().stream()
          .map(model::spec)
          .forEach(spec -> WeightTable.put(program, checkpoint, spec, Precision.INT8, true));
    }
    model.bakeWeights(program, group, ModelProgram.scalarType(other()).code());
  }

  // The inputs and the results of all groups in one pass in float32, over ids that need no
  // tokenizer. A program of its own makes it: methods that ran there before they were compiled
  // would make the steps of this one slower, and compiling the pass takes longer than the pass.
  private List<NDArray> watched(NDManager scope) {
    try (Program watching = model.watching(program.device())) {
      model.weights().put(watching, checkpoint, Precision.INT8, NONE);
      model.addGroups(watching);
      watching.run("watch", model.groups().size());
      try (NDArray ids = watching.tensor(scope, "trial_ids", model.firstTable(), TRIAL_IDS)) {
        watching.tensor(scope, "trial", ids).close();
      }
      return watching.tensors(scope, "watched");
    }
  }

  private void equalize(ProductGroup group) {
    group.input().ifPresent(channels -> equalize(channels, group.names().get(0)));
  }

  private void equalize(InputChannels channels, String reader) {
    String norm =
        model.groups().stream()
            .filter(group -> group.names().contains(channels.writer()))
            .findFirst()
            .flatMap(ProductGroup::norm)
            .orElse("");
    program.run(
        "equalize",
        channels.writer(),
        norm,
        channels.gate().orElse(""),
        channels.first(),
        reader,
        model.isTransposed(reader),
        channels.width(),
        channels.copies());
  }
}
