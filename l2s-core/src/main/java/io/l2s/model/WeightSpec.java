package io.l2s.model;

import java.util.List;

/**
 * One tensor of a model family's checkpoints.
 *
 * @param stored its name in the checkpoint
 * @param name its name in the program
 * @param shape as stored
 * @param initialDeviation standard deviation of a fresh weight; 0 for norms, which start at one,
 *     and for biases, which start at zero
 * @param transposed whether a product is stored as {@code [in, out]}
 */
public record WeightSpec(
    String stored,
    String name,
    List<Long> shape,
    Kind kind,
    double initialDeviation,
    boolean transposed) {

  /** The use of a tensor. */
  public enum Kind {
    /** Embeddings of tokens or positions, in the model's number format. */
    TABLE,
    /** A matrix that is multiplied by, in the model's number format. */
    PRODUCT,
    /** Weights of a norm, always float32. */
    NORM,
    /** A tensor that is added to a product or to attention scores, always float32. */
    BIAS,
    /** Added like a bias, always float32, but never trained. */
    BUFFER,
    /** Dropped knowingly where a checkpoint holds it. */
    IGNORED
  }

  public WeightSpec {
    shape = List.copyOf(shape);
  }

  /** A tensor that is stored as the program takes it. */
  public static WeightSpec of(
      String stored, String name, List<Long> shape, Kind kind, double initialDeviation) {
    return new WeightSpec(stored, name, shape, kind, initialDeviation, false);
  }

  /** A product that is stored as {@code [in, out]}, which {@code shape} is. */
  public static WeightSpec transposed(
      String stored, String name, List<Long> shape, double initialDeviation) {
    return new WeightSpec(stored, name, shape, Kind.PRODUCT, initialDeviation, true);
  }

  /** A tensor that checkpoints may hold and no program reads. */
  public static WeightSpec ignored(String stored) {
    return of(stored, stored, List.of(), Kind.IGNORED, 0);
  }

  /** Number of weights. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Rows of a product: the width of what it makes. */
  long outputs() {
    return shape.get(transposed ? 1 : 0);
  }

  /** Whether every checkpoint must hold it. */
  public boolean required() {
    return kind != Kind.IGNORED;
  }

  /** Whether training changes it. */
  public boolean trained() {
    return required() && kind != Kind.BUFFER;
  }

  /** Whether it stays float32 in every precision: norms and biases are small and delicate. */
  public boolean inFloat32() {
    return kind == Kind.NORM || kind == Kind.BIAS || kind == Kind.BUFFER;
  }
}
