package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.engine.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Makes the products of a program in 8-bit integers, but for those that lose too much by it. The
 * weights have been put. Native thread only.
 */
final class Int8Products {

  // Half as many again have the most uneven vectors. A pass over so few costs little beside
  // rounding the weights.
  private static final int TRIAL_IDS = 16;

  private final NativeRuntime runtime;
  private final ModelProgram model;
  private final Program program;

  Int8Products(NativeRuntime runtime, ModelProgram model, Program program) {
    this.runtime = runtime;
    this.model = model;
    this.program = program;
  }

  /** The number format of products that stay out of int8 on this machine. */
  static Precision other() {
    return CpuFeatures.current().hasBf16() ? Precision.BF16 : Precision.F32;
  }

  /** Makes the products of float weights, and compares each with float32 before it is taken. */
  Int8Comparison round() {
    return compare(
        (group, loss) -> {
          if (loss.tooLarge()) {
            program.run("unpack", group);
            model.settle(program, group, code(other()));
          }
          model.drop(program, group);
        });
  }

  /** Compares all products; the weights stay as they are. */
  Int8Comparison compare() {
    return compare((group, loss) -> program.run("unpack", group));
  }

  /** Takes the products as a checkpoint stores them. */
  void take(Checkpoint checkpoint) {
    model.register(program);
    Set<String> unrounded = model.weights().unrounded(checkpoint);
    IntPredicate isUnrounded =
        group -> unrounded.contains(model.groups().get(group).names().get(0));
    groups()
        .forEach(
            group -> {
              if (isUnrounded.test(group)) {
                model.settle(program, group, code(other()));
              } else {
                model.packInt8(program, group);
              }
              model.drop(program, group);
            });
    model.finish(program);
  }

  private interface Verdict {
    void on(int group, Int8Comparison.Loss loss);
  }

  private Int8Comparison compare(Verdict verdict) {
    model.groups().forEach(this::equalise);
    model.register(program);
    watch();
    List<Int8Comparison.Loss> losses = new ArrayList<>();
    groups()
        .forEach(
            group -> {
              model.packInt8(program, group);
              ProductGroup products = model.groups().get(group);
              double loss =
                  program.number("loss_of_int8", group, products.factor(), products.names());
              losses.add(new Int8Comparison.Loss(products.names(), loss));
              verdict.on(group, losses.get(group));
            });
    program.run("forget");
    return new Int8Comparison(losses, other());
  }

  private IntStream groups() {
    return IntStream.range(0, model.groups().size());
  }

  private void equalise(ProductGroup group) {
    group.input().ifPresent(channels -> equalise(channels, group.names().get(0)));
  }

  private void equalise(InputChannels channels, String reader) {
    String norm =
        model.groups().stream()
            .filter(group -> group.names().contains(channels.writer()))
            .findFirst()
            .flatMap(ProductGroup::norm)
            .orElse("");
    program.run(
        "equalise",
        channels.writer(),
        norm,
        channels.gate().orElse(""),
        channels.first(),
        reader,
        model.isTransposed(reader),
        channels.width(),
        channels.copies());
  }

  // One pass in float32 over ids that need no tokenizer.
  private void watch() {
    program.run("watch", true);
    try (NDManager scope = runtime.newScope();
        NDArray ids = program.tensor(scope, "trial_ids", model.firstTable(), TRIAL_IDS)) {
      program.tensor(scope, "trial", ids).close();
    }
    program.run("watch", false);
  }

  private static int code(Precision precision) {
    return precision == Precision.BF16 ? Weights.BF16 : Weights.F32;
  }
}
