/** The BART family supplies a program, a weight table and a config record. */
@NullMarked
package io.l2s.model.bart;

import org.jspecify.annotations.NullMarked;
