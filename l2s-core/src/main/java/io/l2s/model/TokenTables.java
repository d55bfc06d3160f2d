package io.l2s.model;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.WeightSpec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where an encoder-decoder's checkpoint has the token vectors of prompts and of answers and the
 * head's weights. They share one table unless they are stored with tables of their own. A shared
 * table may be stored under any of their names, as safetensors stores it once.
 *
 * @param prefix what the names of all but the head begin with
 * @param shared stored name of the shared table
 * @param own which of {@link #PROMPT_TOKENS}, {@link #ANSWER_TOKENS} and {@link #HEAD} are not the
 *     shared table
 */
public record TokenTables(String prefix, String shared, List<String> own) {

  public static final String SHARED = "shared.weight";
  public static final String PROMPT_TOKENS = "encoder.embed_tokens.weight";
  public static final String ANSWER_TOKENS = "decoder.embed_tokens.weight";
  public static final String HEAD = TiedHead.HEAD;

  public TokenTables {
    own = List.copyOf(own);
  }

  /**
   * Those of {@code checkpoint}.
   *
   * @param tied whether the config says that the head is the shared table
   */
  public static TokenTables of(Checkpoint checkpoint, String prefix, boolean tied) {
    Stream<String> tables = Stream.of(SHARED, PROMPT_TOKENS, ANSWER_TOKENS).map(prefix::concat);
    String shared =
        Stream.concat(tables, tied ? Stream.of(HEAD) : Stream.empty())
            .filter(checkpoint.tensors()::containsKey)
            .findFirst()
            .orElse(prefix + SHARED);
    List<String> own = new ArrayList<>();
    for (String table : List.of(PROMPT_TOKENS, ANSWER_TOKENS)) {
      // Files of transformers 4 hold one table for both, whatever the config says of ties.
      if (TiedHead.isOwn(checkpoint, prefix + table, shared, true)) {
        own.add(table);
      }
    }
    boolean int8 = StoredInt8.isIn(checkpoint.config());
    if (int8 || TiedHead.isOwn(checkpoint, HEAD, shared, tied)) {
      own.add(HEAD);
    }
    return new TokenTables(prefix, shared, own);
  }

  /** With a head by itself, as int8 stores it. */
  public TokenTables withOwnHead() {
    List<String> more = new ArrayList<>(own);
    if (!more.contains(HEAD)) {
      more.add(HEAD);
    }
    return new TokenTables(prefix, shared.equals(HEAD) ? prefix + SHARED : shared, more);
  }

  /** Whether the head has weights of its own. */
  public boolean hasOwnHead() {
    return own.contains(HEAD);
  }

  /**
   * The tables, without the head.
   *
   * @param shape of each, {@code [vocabulary, width]}
   * @param deviation of fresh vectors
   */
  public List<WeightSpec> vectors(List<Long> shape, double deviation) {
    List<WeightSpec> specs = new ArrayList<>();
    if (own.size() < 3) {
      specs.add(WeightSpec.of(shared, SHARED, shape, Kind.TABLE, deviation));
    }
    Stream.of(PROMPT_TOKENS, ANSWER_TOKENS)
        .filter(own::contains)
        .map(each -> WeightSpec.of(prefix + each, each, shape, Kind.TABLE, deviation))
        .forEach(specs::add);
    return specs;
  }

  /** The head's weights, if they are its own. */
  public List<WeightSpec> head(List<Long> shape, double deviation) {
    return hasOwnHead()
        ? List.of(WeightSpec.of(HEAD, HEAD, shape, Kind.PRODUCT, deviation))
        : List.of();
  }

  /** Copies of the shared table that a checkpoint may hold beside it. */
  public List<WeightSpec> copies() {
    List<String> read = new ArrayList<>(own.stream().map(this::stored).toList());
    if (own.size() < 3) {
      read.add(shared);
    }
    return Stream.of(SHARED, PROMPT_TOKENS, ANSWER_TOKENS, HEAD)
        .map(this::stored)
        .filter(name -> !read.contains(name))
        .map(WeightSpec::ignored)
        .toList();
  }

  private String stored(String table) {
    return table.equals(HEAD) ? HEAD : prefix + table;
  }

  /**
   * The program's name of the matrix that serves as {@code table}: itself, or the shared one.
   *
   * @param table {@link #PROMPT_TOKENS}, {@link #ANSWER_TOKENS} or {@link #HEAD}
   */
  public static String matrixFor(WeightTable weights, String table) {
    return weights.holds(table) ? table : SHARED;
  }
}
