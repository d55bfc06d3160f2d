package io.l2s;

/**
 * Token counts of one generation.
 *
 * @param promptTokens tokens of the prompt, special tokens included
 * @param generatedTokens tokens of the answer, the end-of-sequence token included
 */
public record Usage(int promptTokens, int generatedTokens) {}
