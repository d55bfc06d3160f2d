package io.l2s.cli;

/**
 * A prompt and its origin, for messages.
 *
 * @param origin such as {@code prompts.txt line 3}
 */
record Prompt(String origin, String text) {}
