package io.l2s.model;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import java.nio.ByteBuffer;

/** Refuses damaged weights before they are stored anew, where they would look sound. */
final class FiniteWeights {

  // All bits of the exponent are set in infinities and in what is no number.
  private static final int F16_EXPONENT = 0x7C00;
  private static final int BF16_EXPONENT = 0x7F80;

  private FiniteWeights() {}

  /**
   * @throws ModelLoadException naming the tensor, if it holds an infinity or no number
   */
  static void require(TensorEntry tensor) {
    ByteBuffer numbers = tensor.map();
    for (int at = 0; at < numbers.limit(); at += tensor.type().bytes()) {
      if (!isFinite(tensor.type(), numbers, at)) {
        throw new ModelLoadException(
            tensor.file(),
            tensor.name()
                + " holds numbers that are not finite; the weights are damaged: fetch them again");
      }
    }
  }

  private static boolean isFinite(TensorType type, ByteBuffer numbers, int at) {
    return switch (type) {
      case F32 -> Float.isFinite(numbers.getFloat(at));
      case F16 -> (numbers.getShort(at) & F16_EXPONENT) != F16_EXPONENT;
      case BF16 -> (numbers.getShort(at) & BF16_EXPONENT) != BF16_EXPONENT;
      default -> true;
    };
  }
}
