/** The T5 family supplies a program, a weight table and a config record. */
@NullMarked
package io.l2s.model.t5;

import org.jspecify.annotations.NullMarked;
