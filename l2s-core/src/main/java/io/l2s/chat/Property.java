package io.l2s.chat;

/** Decides whether a value has a property. */
@FunctionalInterface
interface Property {

  boolean holds(Budget budget, Object value, Arguments arguments);
}
