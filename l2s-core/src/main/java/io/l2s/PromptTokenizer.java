package io.l2s;

/** Whose token ids the prompt has at the SLM's input. The LLM's tokenizer makes them either way. */
public enum PromptTokenizer {
  /** LLM and SLM share one vocabulary; the SLM embeds the ids with its own table. */
  SLM,
  /** The vocabularies may differ; the SLM reads adapted embeddings of the LLM's ids. */
  LLM
}
