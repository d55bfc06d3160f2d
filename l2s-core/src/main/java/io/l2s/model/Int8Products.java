package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Makes the products of a program in 8-bit integers, but for those that lose too much by it. Native
 * thread only.
 */
final class Int8Products {

  // Half as many again have the most uneven vectors. A pass over so few costs little beside
  // rounding the weights.
  private static final int TRIAL_IDS = 16;

  private final NativeRuntime runtime;
  private final ModelProgram model;
  private final Checkpoint checkpoint;
  private final Program program;

  /**
   * @param program without weights
   */
  Int8Products(NativeRuntime runtime, ModelProgram model, Checkpoint checkpoint, Program program) {
    this.runtime = runtime;
    this.model = model;
    this.checkpoint = checkpoint;
    this.program = program;
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
                model.bakeWeights(program, group, ModelProgram.scalarType(other()).code());
              }
              model.freeWeights(program, group);
            });
    model.keepOnlyUsed(program);
    return comparison;
  }

  /** Makes the products of float weights that were compared before. */
  void roundCompared() {
    putEqualized();
    groups()
        .forEach(
            group -> {
              model.packInt8(program, group);
              model.freeWeights(program, group);
            });
    model.keepOnlyUsed(program);
  }

  /** Compares all products; the weights stay as they are. */
  Int8Comparison compare() {
    return compare((group, loss) -> program.run("unpack", group));
  }

  /** Takes the products as a checkpoint stores them. */
  void take() {
    Set<String> unrounded = model.weights().unrounded(checkpoint);
    groups().forEach(group -> requireOneFormat(model.groups().get(group).names(), unrounded));
    put(program);
    model.addGroups(program);
    groups()
        .forEach(
            group -> {
              if (unrounded.contains(model.groups().get(group).names().get(0))) {
                model.bakeWeights(program, group, ModelProgram.scalarType(other()).code());
              } else {
                model.packInt8(program, group);
              }
              model.freeWeights(program, group);
            });
    model.keepOnlyUsed(program);
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
    List<Int8Comparison.Loss> losses = new ArrayList<>();
    try (NDManager scope = runtime.newScope()) {
      List<NDArray> watched = watched(scope);
      putEqualized();
      groups()
          .forEach(
              group -> {
                model.packInt8(program, group);
                ProductGroup products = model.groups().get(group);
                NDArray input = watched.get(2 * group);
                NDArray results = watched.get(2 * group + 1);
                double loss =
                    program.number(
                        "loss_of_int8",
                        group,
                        input,
                        results,
                        products.factor(),
                        products.names(),
                        products.slices());
                losses.add(new Int8Comparison.Loss(products.names(), loss));
                verdict.on(group, losses.get(group));
              });
    }
    return new Int8Comparison(losses, other());
  }

  private void putEqualized() {
    put(program);
    model.groups().forEach(this::equalize);
    model.addGroups(program);
  }

  // Int8 keeps the weights as they are stored until they are rounded.
  private void put(Program to) {
    model.weights().put(to, checkpoint, Precision.INT8);
  }

  // The inputs and the results of all groups in one pass in float32, over ids that need no
  // tokenizer. A program of its own makes it: methods that ran there before they were compiled
  // would make the steps of this one slower, and compiling the pass takes longer than the pass.
  private List<NDArray> watched(NDManager scope) {
    try (Program watching = model.empty(program.device(), Precision.F32, MatmulKernel.PLAIN)) {
      put(watching);
      model.addGroups(watching);
      watching.run("watch");
      try (NDArray ids = watching.tensor(scope, "trial_ids", model.firstTable(), TRIAL_IDS)) {
        watching.tensor(scope, "trial", ids).close();
      }
      return watching.tensors(scope, "watched");
    }
  }

  private IntStream groups() {
    return IntStream.range(0, model.groups().size());
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
