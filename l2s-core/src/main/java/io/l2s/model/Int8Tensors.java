package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.engine.ScalarType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The tensors of a checkpoint in int8, each made when it is written, so that the heap holds one at
 * a time.
 */
final class Int8Tensors {

  private final NativeRuntime runtime;
  private final Program program;
  private final ModelProgram from;
  private final ModelProgram to;
  private final Set<String> keptNorms;
  private final IntConsumer progress;
  private final Map<String, Product> products = new HashMap<>();
  private final Map<String, Product> biases = new HashMap<>();
  private final Set<String> folded = new HashSet<>();
  private final Set<String> shifts = new HashSet<>();
  private final Set<String> unrounded = new HashSet<>();
  private final List<TensorData> tensors = new ArrayList<>();

  /**
   * @param source the program's name of the stored weights
   * @param bias the program's name of what is added to the stored product, "" where nothing is
   */
  private record Product(
      String source, String norm, String shift, double factor, String bias, boolean transposed) {

    /** The same without its norm. */
    Product alone() {
      return new Product(source, "", "", 1, bias, transposed);
    }
  }

  /**
   * @param keptNorms the program's names of the norms that features pass as well
   */
  Int8Tensors(
      NativeRuntime runtime,
      Program program,
      ModelProgram from,
      ModelProgram to,
      Set<String> keptNorms,
      Int8Comparison comparison,
      IntConsumer progress) {
    this.runtime = runtime;
    this.program = program;
    this.from = from;
    this.to = to;
    this.keptNorms = keptNorms;
    this.progress = progress;
    for (int i = 0; i < to.groups().size(); i++) {
      boolean rounds = !comparison.groups().get(i).tooLarge();
      group(from.groups().get(i), to.groups().get(i), rounds);
    }
  }

  private void group(ProductGroup stored, ProductGroup written, boolean rounds) {
    String norm = stored.norm().orElse("");
    String shift = stored.norm().map(from::biasOf).orElse("");
    if (rounds && !keptNorms.contains(norm)) {
      folded.add(norm);
      shifts.add(shift);
    }
    for (int i = 0; i < written.names().size(); i++) {
      String source = stored.names().get(i);
      Product product =
          new Product(
              source, norm, shift, stored.factor(), from.biasOf(source), from.isTransposed(source));
      if (!rounds) {
        product = product.alone();
        unrounded.add(to.storedName(written.names().get(i)));
      }
      products.put(written.names().get(i), product);
      String bias = to.biasOf(written.names().get(i));
      if (!bias.isEmpty()) {
        biases.put(bias, product);
      }
    }
  }

  /** The stored names of the products that stay out of int8. */
  Set<String> unrounded() {
    return Set.copyOf(unrounded);
  }

  List<TensorData> of(Checkpoint checkpoint) {
    for (WeightSpec spec : to.weights().required().toList()) {
      Product folding = biases.get(spec.name());
      if (spec.kind() == WeightSpec.Kind.PRODUCT) {
        Product product = Objects.requireNonNull(products.get(spec.name()), spec.name());
        if (unrounded.contains(spec.stored())) {
          TensorType stored = checkpoint.tensor(from.storedName(product.source())).type();
          // Float16 has no room for the factors of channels that are evened out.
          TensorType type = stored == TensorType.F16 ? TensorType.F32 : stored;
          add(
              spec,
              type,
              () -> made("unrounded", 0, product.source(), product.transposed(), code(type)));
        } else {
          product(checkpoint, spec, product);
        }
      } else if (folding != null) {
        add(
            spec,
            TensorType.F32,
            () ->
                made(
                    "folded_bias",
                    0,
                    folding.source(),
                    folding.shift(),
                    folding.bias(),
                    folding.transposed()));
      } else if (folded.contains(spec.name())) {
        add(spec, TensorType.F32, () -> constant(spec, 1));
      } else if (shifts.contains(spec.name())) {
        add(spec, TensorType.F32, () -> constant(spec, 0));
      } else {
        TensorEntry entry = checkpoint.tensor(from.storedName(spec.name()));
        add(spec, entry.type(), entry::map);
      }
    }
    return tensors;
  }

  private void product(Checkpoint checkpoint, WeightSpec spec, Product product) {
    TensorEntry entry = checkpoint.tensor(from.storedName(product.source()));
    Object[] arguments = {product.source(), product.norm(), product.factor(), product.transposed()};
    add(spec, TensorType.I8, () -> made("rounded", 0, arguments));
    tensors.add(
        new TensorData(
            StoredInt8.scaleOf(spec.stored()),
            TensorType.F32,
            List.of(spec.shape().get(0)),
            () -> finite(entry, product.norm(), made("rounded", 1, arguments))));
  }

  /** Rows that overflow show in their scales; in 8 bits they would look sound. */
  private ByteBuffer finite(TensorEntry entry, String norm, ByteBuffer scales) {
    for (int at = 0; at < scales.limit(); at += Float.BYTES) {
      if (!Float.isFinite(scales.getFloat(at))) {
        throw new ModelLoadException(
            entry.file(),
            entry.name()
                + (norm.isEmpty() ? "" : ", multiplied by " + from.storedName(norm) + ",")
                + " exceeds the range of float32, so int8 cannot store it; the weights may be"
                + " damaged: fetch them again");
      }
    }
    return scales;
  }

  private void add(WeightSpec spec, TensorType type, Supplier<ByteBuffer> bytes) {
    int number = tensors.size();
    tensors.add(
        new TensorData(
            spec.stored(),
            type,
            spec.shape(),
            () -> {
              progress.accept(number);
              return bytes.get();
            }));
  }

  private static int code(TensorType type) {
    return (type == TensorType.BF16 ? ScalarType.BF16 : ScalarType.F32).code();
  }

  private ByteBuffer made(String method, int part, Object... arguments) {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            NDArray made = program.tensors(scope, method, arguments).get(part);
            ByteBuffer bytes = made.toByteBuffer();
            ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
            return copy.put(bytes).flip().order(ByteOrder.LITTLE_ENDIAN);
          }
        });
  }

  private static ByteBuffer constant(WeightSpec spec, float value) {
    int count = Math.toIntExact(spec.shape().get(0));
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat(value);
    }
    return bytes.flip();
  }
}
