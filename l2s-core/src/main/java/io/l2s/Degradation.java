package io.l2s;

/**
 * Why an answer came by another route than the one requested.
 *
 * @param requested the route that was to answer
 * @param cause what kept it from answering, in words for an operator
 */
public record Degradation(Route requested, String cause) {}
