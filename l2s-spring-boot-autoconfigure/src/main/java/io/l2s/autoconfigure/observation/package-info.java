/** Observations, meters and spans of generations. */
@NullMarked
package io.l2s.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
