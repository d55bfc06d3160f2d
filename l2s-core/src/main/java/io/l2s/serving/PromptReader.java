package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.l2s.engine.FiniteNumbers;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gets prompt features from the cache, else from the LLM. Native thread only. */
final class PromptReader {

  private final LlmEncoder encoder;
  private final FeatureCache cache;

  PromptReader(LlmEncoder encoder, FeatureCache cache) {
    this.encoder = encoder;
    this.cache = cache;
  }

  /** Members of {@code group} whose prompts the LLM has to read, one for each prompt. */
  List<Generation> unread(List<Generation> group) {
    Set<PromptKey> seen = new HashSet<>();
    List<Generation> unread =
        group.stream()
            .filter(each -> cache.get(each.key()).isEmpty() && seen.add(each.key()))
            .toList();
    cache.count(group.size() - unread.size(), unread.size());
    return unread;
  }

  /**
   * Lets the LLM read the prompts of {@code unread} in one pass.
   *
   * @return H of each prompt, {@code [length, width]}
   */
  Map<PromptKey, NDArray> read(NDManager scope, List<Generation> unread) {
    Map<PromptKey, NDArray> rows = new HashMap<>();
    if (unread.isEmpty()) {
      return rows;
    }
    TokenBatch batch = Generation.prompts(unread);
    NDArray features = encoder.encode(scope, batch); // [batch, maxLength, width]
    Shape expected = new Shape(batch.size(), batch.maxLength(), encoder.width());
    if (!features.getShape().equals(expected)) {
      throw new IllegalStateException(
          "the encoder must return prompt features of shape "
              + expected
              + ", but returned "
              + features.getShape());
    }
    for (int row = 0; row < unread.size(); row++) {
      Generation generation = unread.get(row);
      NDIndex own = new NDIndex().addIndices(row).addSliceDim(0, generation.promptIds().length);
      rows.put(generation.key(), requireFinite(features.get(own)));
    }
    return rows;
  }

  /** Rejects features that are not finite before they are cached or blamed on a decoder. */
  private static NDArray requireFinite(NDArray features) {
    if (!FiniteNumbers.areAll(features)) {
      throw new IllegalStateException(FiniteNumbers.problem("the prompt features are not finite"));
    }
    return features;
  }

  /**
   * Collects the features of all prompts from {@code read} and the cache in one array.
   *
   * @return {@code [batch, maxLength, width]}, zero beyond a prompt's length
   */
  NDArray gather(NDManager scope, List<Generation> group, Map<PromptKey, NDArray> read) {
    int length = Generation.prompts(group).maxLength();
    List<NDArray> rows = new ArrayList<>();
    for (Generation each : group) {
      NDArray row = read.get(each.key());
      rows.add(padded(scope, row != null ? row : cache.get(each.key()).orElseThrow(), length));
    }
    return NDArrays.stack(new NDList(rows), 0);
  }

  /** Puts the features {@code read} into the cache, which may drop others. */
  void remember(Map<PromptKey, NDArray> read) {
    read.forEach(cache::put);
  }

  private static NDArray padded(NDManager scope, NDArray row, int length) {
    // An array belongs to the manager of its source, and a cached one's outlives the scope.
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
