package io.l2s;

/**
 * The next piece of a streamed answer: never empty, never half a character.
 *
 * @param text to be appended to what came before
 */
public record TextChunk(String text) {}
