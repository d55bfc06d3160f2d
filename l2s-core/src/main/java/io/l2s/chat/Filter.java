package io.l2s.chat;

/** Makes one value of another. */
@FunctionalInterface
interface Filter {

  Object apply(Evaluator evaluator, Object value, Arguments arguments);
}
