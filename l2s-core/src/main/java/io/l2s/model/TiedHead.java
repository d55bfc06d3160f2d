package io.l2s.model;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.TensorEntry;

/** Decides whether a checkpoint's head is the table of its token embeddings. */
public final class TiedHead {

  private TiedHead() {}

  /**
   * Whether the head has weights of its own. As in transformers, a stored head that differs from
   * the table is one, whatever the config says; a stored copy of the table is none.
   *
   * @param tied what the config says
   */
  public static boolean isOwn(Checkpoint checkpoint, String head, String table, boolean tied) {
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

  /**
   * The stored name of the token embeddings: {@code table}, or that of a tied head where the file
   * holds the one matrix under the head's name alone, as safetensors stores it once.
   */
  public static String tableOf(Checkpoint checkpoint, String head, String table, boolean tied) {
    boolean underHead =
        tied && !checkpoint.tensors().containsKey(table) && checkpoint.tensors().containsKey(head);
    return underHead ? head : table;
  }
}
