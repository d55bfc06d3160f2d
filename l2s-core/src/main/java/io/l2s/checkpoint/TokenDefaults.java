package io.l2s.checkpoint;

import java.util.OptionalInt;

/**
 * Ids that a family's config class in transformers has where no file of a checkpoint names them.
 *
 * @param eos the id that ends an answer; empty where a file must name it
 * @param forcedEos the id at the length limit of every answer; empty where none is forced
 */
public record TokenDefaults(OptionalInt eos, OptionalInt forcedEos) {

  /** No defaults. */
  public static final TokenDefaults NONE =
      new TokenDefaults(OptionalInt.empty(), OptionalInt.empty());

  /** A default end that is not forced. */
  public static TokenDefaults ofEos(int id) {
    return new TokenDefaults(OptionalInt.of(id), OptionalInt.empty());
  }
}
