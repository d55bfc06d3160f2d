package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.TensorType;
import io.l2s.engine.CpuFeatures;
import java.util.List;

/**
 * Memory of a checkpoint's weights on the device that serves them; no native engine.
 *
 * @param precision in which the weights run; not AUTO
 * @param packs whether products are multiplied by what is packed of their weights
 */
record ServingMemory(
    ModelProgram model, Checkpoint checkpoint, Precision precision, boolean packs) {

  // Rounding holds this many float32 forms of the weights that are converted at a time.
  private static final long FORMS = 3;

  /**
   * That of {@code checkpoint} on {@code device}.
   *
   * @throws io.l2s.ModelLoadException if the device or the stored weights do not allow {@code
   *     wanted}
   */
  static ServingMemory of(
      ModelProgram model, Checkpoint checkpoint, Device device, Precision wanted) {
    Precision precision = PrecisionChoice.serving(checkpoint, device, wanted);
    MatmulKernel kernel =
        MatmulKernel.of(precision, device, CpuFeatures.current(), checkpoint.parameters());
    return new ServingMemory(
        model, checkpoint, precision, precision == Precision.INT8 || kernel == MatmulKernel.ONEDNN);
  }

  /**
   * Bytes of the weights in the number format in which they run. Products that only the comparison
   * at load keeps out of int8 count as int8; those that a stored checkpoint keeps out count in the
   * format that they run in.
   */
  long weights() {
    long bytes =
        model.weights().required().mapToLong(spec -> spec.elements() * bytesOfOne(spec)).sum();
    // A table that is multiplied by stays beside what is packed of it.
    return bytes
        + model.groups().stream()
            .flatMap(group -> group.names().stream())
            .map(model::spec)
            .filter(spec -> packs && spec.kind() == WeightSpec.Kind.TABLE)
            .mapToLong(spec -> spec.elements() * (precision == Precision.INT8 ? 1 : Float.BYTES))
            .sum();
  }

  private int bytesOfOne(WeightSpec spec) {
    if (spec.inFloat32() || precision == Precision.F32) {
      return Float.BYTES;
    } else if (precision == Precision.BF16) {
      return Short.BYTES;
    } else if (model.weights().unrounded(checkpoint).contains(spec.name())) {
      return Int8Products.other() == Precision.BF16 ? Short.BYTES : Float.BYTES;
    }
    // Tables are only looked up in, so they stay as they are stored.
    return spec.kind() == WeightSpec.Kind.PRODUCT
        ? 1
        : checkpoint.tensor(spec.stored()).type().bytes();
  }

  /** Bytes that loading takes beside the weights at its peak. */
  long loading() {
    if (precision == Precision.INT8) {
      return rounding(!StoredInt8.isIn(checkpoint.config()));
    }
    return packs ? unpacked() : 0;
  }

  // A group is there twice while it is packed, when those that are smaller are not there yet. Until
  // then a comparison holds its input and results.
  private long rounding(boolean compares) {
    long watched = compares ? model.groups().stream().mapToLong(this::watched).sum() : 0;
    long packed = 0;
    long most = watched;
    for (int number : model.largestFirst()) {
      ProductGroup group = model.groups().get(number);
      long size = model.elements(group);
      long converted =
          compares ? FORMS * Float.BYTES * Math.min(size, SharedProgram.CONVERTED_TOGETHER) : 0;
      most = Math.max(most, packed + 2 * size + converted + watched);
      packed += size;
      watched -= compares ? watched(group) : 0;
    }
    return most - packed;
  }

  private long watched(ProductGroup group) {
    List<WeightSpec> products = group.names().stream().map(model::spec).toList();
    long outputs = products.stream().mapToLong(WeightSpec::outputs).sum();
    long inputs = model.elements(group) / outputs;
    return Float.BYTES * Int8Products.trialTokens(model) * (inputs + outputs);
  }

  // Copied weights are freed group by group when they have been packed; mapped ones take
  // nothing.
  private long unpacked() {
    return model.groups().stream()
        .filter(group -> group.names().stream().map(model::spec).anyMatch(this::isCopied))
        .mapToLong(group -> Float.BYTES * model.elements(group))
        .max()
        .orElse(0);
  }

  private boolean isCopied(WeightSpec spec) {
    return checkpoint.copied() || checkpoint.tensor(spec.stored()).type() != TensorType.F32;
  }
}
