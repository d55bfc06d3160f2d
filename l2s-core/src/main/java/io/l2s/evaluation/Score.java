package io.l2s.evaluation;

/**
 * What a metric says of a whole test set.
 *
 * @param name the metric, as {@code BLEU}
 * @param value a percentage: 0 to 100 and higher is better, but for TER, which is an error rate and
 *     may exceed 100
 * @param signature the settings it was computed with, in sacrebleu's notation without the version
 */
public record Score(String name, double value, String signature) {}
