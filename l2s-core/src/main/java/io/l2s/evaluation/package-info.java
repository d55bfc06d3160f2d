/** Metrics score generated texts against references. */
@NullMarked
package io.l2s.evaluation;

import org.jspecify.annotations.NullMarked;
