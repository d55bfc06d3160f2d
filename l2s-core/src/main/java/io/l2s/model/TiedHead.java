package io.l2s.model;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.model.WeightSpec.Kind;
import java.util.List;

/**
 * Where a decoder-only checkpoint has its token vectors and the head's weights. They are one table
 * unless the head is stored with weights of its own. The one table may be stored under the head's
 * name alone, as safetensors stores it once.
 *
 * @param tokens the program's name of the token vectors
 * @param stored their stored name
 * @param own whether the head has weights of its own
 */
public record TiedHead(String tokens, String stored, boolean own) {

  public static final String HEAD = "lm_head.weight";

  /**
   * That of {@code checkpoint}.
   *
   * @param prefix what stands before {@code tokens} in the file
   * @param tied whether the config says that the head is the token table
   */
  public static TiedHead of(Checkpoint checkpoint, String prefix, String tokens, boolean tied) {
    boolean underHead =
        tied
            && !checkpoint.tensors().containsKey(prefix + tokens)
            && checkpoint.tensors().containsKey(HEAD);
    String stored = underHead ? HEAD : prefix + tokens;
    boolean own = StoredInt8.isIn(checkpoint.config()) || isOwn(checkpoint, HEAD, stored, tied);
    return new TiedHead(tokens, stored, own);
  }

  /** That of fresh weights. */
  public static TiedHead fresh(String prefix, String tokens, boolean tied) {
    return new TiedHead(tokens, prefix + tokens, !tied);
  }

  /** That of a checkpoint to be stored in int8, where the head stands by itself. */
  public static TiedHead rounded(String prefix, String tokens) {
    return new TiedHead(tokens, prefix + tokens, true);
  }

  /**
   * The token vectors.
   *
   * @param shape {@code [vocabulary, width]}
   * @param deviation of fresh vectors
   */
  public WeightSpec table(List<Long> shape, double deviation) {
    return WeightSpec.of(stored, tokens, shape, Kind.TABLE, deviation);
  }

  /** The head's weights, {@code [vocabulary, width]}, or its copy of the table. */
  public List<WeightSpec> head(List<Long> shape, double deviation) {
    if (own) {
      return List.of(WeightSpec.of(HEAD, HEAD, shape, Kind.PRODUCT, deviation));
    }
    return stored.equals(HEAD) ? List.of() : List.of(WeightSpec.ignored(HEAD));
  }

  /** The program's name of the matrix that the head multiplies by. */
  public static String matrixOf(WeightTable weights, String tokens) {
    return weights.holds(HEAD) ? HEAD : tokens;
  }

  /**
   * Whether {@code head} has weights of its own. As in transformers, a stored head that differs
   * from the table is one, whatever the config says; a stored copy of the table is none.
   *
   * @param tied what the config says
   */
  static boolean isOwn(Checkpoint checkpoint, String head, String table, boolean tied) {
    TensorEntry stored = checkpoint.tensors().get(head);
    if (!tied || stored == null) {
      return !tied;
    }
    TensorEntry embeddings = checkpoint.tensors().get(table);
    return embeddings == null
        || stored.type() != embeddings.type()
        || !stored.shape().equals(embeddings.shape())
        || !stored.map().equals(embeddings.map());
  }
}
