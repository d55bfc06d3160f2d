package io.l2s;

/** Whose token ids the prompt has at the SLM's input. */
public enum PromptTokenizer {
  /** LLM and SLM share one tokenizer; the SLM embeds the prompt with its own table. */
  SLM,
  /** The tokenizers differ: the LLM's ids, through adapted embeddings. */
  LLM
}
