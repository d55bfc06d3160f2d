package io.l2s.evaluation;

/** A sentence and what it should become. */
public record SentencePair(String source, String target) {}
