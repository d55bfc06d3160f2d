package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.l2s.model.Encoder;
import io.l2s.model.TokenBatch;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gets prompt features: from the cache, else from the LLM. Native thread only. */
final class PromptReader {

  private final Encoder encoder;
  private final FeatureCache cache;

  PromptReader(Encoder encoder, FeatureCache cache) {
    this.encoder = encoder;
    this.cache = cache;
  }

  /** The prompts of {@code promptIds} that the LLM would have to read, each once. */
  List<int[]> unread(List<int[]> promptIds) {
    return promptIds.stream()
        .map(IntBuffer::wrap)
        .distinct()
        .map(IntBuffer::array)
        .filter(ids -> cache.get(ids).isEmpty())
        .toList();
  }

  /**
   * Lets the LLM read {@code prompts} in one pass.
   *
   * @return by prompt ids its H, {@code [length, width]}
   */
  Map<IntBuffer, NDArray> read(NDManager scope, List<int[]> prompts) {
    Map<IntBuffer, NDArray> rows = new HashMap<>();
    if (prompts.isEmpty()) {
      return rows;
    }
    TokenBatch batch = new TokenBatch(prompts);
    NDArray features = encoder.encode(scope, batch); // [batch, maxLength, width]
    Shape expected = new Shape(batch.size(), batch.maxLength(), encoder.width());
    if (!features.getShape().equals(expected)) {
      throw new IllegalStateException(
          "the encoder must return prompt features of shape "
              + expected
              + ", but returned "
              + features.getShape());
    }
    for (int row = 0; row < prompts.size(); row++) {
      int[] ids = prompts.get(row);
      NDIndex own = new NDIndex().addIndices(row).addSliceDim(0, ids.length);
      rows.put(IntBuffer.wrap(ids), requireFinite(features.get(own)));
    }
    return rows;
  }

  /**
   * Told here, since a decoder fed with bad features would get the blame, and the cache keep them.
   */
  private static NDArray requireFinite(NDArray features) {
    try (NDArray sum = features.sum()) {
      if (!Float.isFinite(sum.getFloat())) {
        throw new IllegalStateException(
            "the prompt features are not finite; the checkpoint or its number format is unfit, try"
                + " precision f32");
      }
    }
    return features;
  }

  /**
   * One array of all the prompts' features, from {@code read} and the cache.
   *
   * @return {@code [batch, maxLength, width]}, zero beyond a prompt's length
   */
  NDArray gather(NDManager scope, TokenBatch prompts, Map<IntBuffer, NDArray> read) {
    List<NDArray> rows = new ArrayList<>();
    for (int[] ids : prompts.ids()) {
      NDArray row = read.get(IntBuffer.wrap(ids));
      rows.add(
          padded(scope, row != null ? row : cache.get(ids).orElseThrow(), prompts.maxLength()));
    }
    return NDArrays.stack(new NDList(rows), 0);
  }

  /** Puts the features {@code read} into the cache; those handed out before may go. */
  void remember(Map<IntBuffer, NDArray> read) {
    read.forEach((ids, features) -> cache.put(ids.array(), features));
  }

  private static NDArray padded(NDManager scope, NDArray row, int length) {
    // What is made of an array belongs to its manager, which for a cached one outlives the scope.
    NDArray own = row.duplicate(); // [own length, width]
    own.attach(scope);
    long missing = length - own.getShape().get(0);
    if (missing == 0) {
      return own;
    }
    Shape rest = new Shape(missing, own.getShape().get(1));
    return own.concat(scope.zeros(rest, own.getDataType(), own.getDevice()), 0);
  }
}
