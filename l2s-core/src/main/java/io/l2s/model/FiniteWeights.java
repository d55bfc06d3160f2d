package io.l2s.model;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.FiniteValues;
import io.l2s.checkpoint.TensorEntry;

/** Refuses damaged weights before they are stored anew, where they would look sound. */
final class FiniteWeights {

  private FiniteWeights() {}

  /**
   * @throws ModelLoadException naming the tensor, if it holds an infinity or no number
   */
  static void require(TensorEntry tensor) {
    if (FiniteValues.notFinite(tensor.map(), tensor.type()) > 0) {
      throw new ModelLoadException(
          tensor.file(),
          tensor.name()
              + " holds numbers that are not finite; the weights are damaged: fetch them again");
    }
  }
}
