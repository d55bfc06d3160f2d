package io.l2s.projector;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** A projector in training: its weights take gradients. Native thread only. */
public interface TrainableProjector extends Projector {

  /** The weights by their names in the projector's file, float32. */
  Map<String, NDArray> parameters();

  /** Multiplies P by {@code factor} from now on; does nothing if there are no weights. */
  void scale(float factor);

  /**
   * Multiplies adapted embeddings by {@code factor} from now on, if there is an embedding adapter.
   */
  void scaleAdapter(float factor);

  /** The metadata of the projector's file. */
  Map<String, String> metadata();
}
