package io.l2s.chat;

/** Tells whether a value has a property. */
@FunctionalInterface
interface Property {

  boolean holds(Budget budget, Object value, Arguments arguments);
}
