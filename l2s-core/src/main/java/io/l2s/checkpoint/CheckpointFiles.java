package io.l2s.checkpoint;

import java.util.List;

/** The names of a checkpoint's files, as transformers writes them. */
public final class CheckpointFiles {

  public static final String CONFIG = "config.json";
  public static final String WEIGHTS = "model.safetensors";

  /** Names the shard of each tensor. */
  public static final String INDEX = "model.safetensors.index.json";

  public static final String TOKENIZER = "tokenizer.json";
  public static final String GENERATION_CONFIG = "generation_config.json";
  public static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  public static final String SPECIAL_TOKENS = "special_tokens_map.json";
  public static final String CHAT_TEMPLATE = "chat_template.jinja";

  /** The loss by int8 that l2s measured on the weights beside it. */
  public static final String INT8_RECORD = "l2s-int8.json";

  /** Everything that makes a checkpoint but its weights. */
  public static final List<String> BESIDE_WEIGHTS =
      List.of(
          CONFIG,
          GENERATION_CONFIG,
          INDEX,
          TOKENIZER,
          TOKENIZER_CONFIG,
          SPECIAL_TOKENS,
          CHAT_TEMPLATE,
          "chat_template.json");

  private CheckpointFiles() {}
}
