package io.l2s.evaluation;

/**
 * The score of a whole test set under one metric.
 *
 * @param name the metric, as {@code BLEU}
 * @param value a percentage from 0 to 100, higher is better; TER is an error rate, lower is better,
 *     and it may exceed 100
 * @param signature the settings it was computed with, in sacrebleu's notation without the version
 */
public record Score(String name, double value, String signature) {}
