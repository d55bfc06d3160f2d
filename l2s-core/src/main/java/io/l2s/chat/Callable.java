package io.l2s.chat;

/** A function, method or macro of a template. */
@FunctionalInterface
interface Callable {

  Object call(Arguments arguments);
}
