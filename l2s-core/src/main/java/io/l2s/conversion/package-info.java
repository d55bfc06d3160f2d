/** A conversion writes a checkpoint or bundle that is made of another. */
@NullMarked
package io.l2s.conversion;

import org.jspecify.annotations.NullMarked;
