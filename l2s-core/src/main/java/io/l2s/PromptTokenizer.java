package io.l2s;

/**
 * The vocabulary that the SLM reads prompt ids in. The LLM's tokenizer makes the ids either way.
 */
public enum PromptTokenizer {
  /** LLM and SLM share one vocabulary; the SLM embeds the ids with its own table. */
  SLM,
  /** The vocabularies may differ; the SLM reads adapted embeddings of the LLM's ids. */
  LLM
}
