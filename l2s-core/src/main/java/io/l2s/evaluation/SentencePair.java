package io.l2s.evaluation;

/** A sentence and its reference answer. */
public record SentencePair(String source, String target) {}
