/** The GPT-2 family supplies a program, a weight table and a config record. */
@NullMarked
package io.l2s.model.gpt2;

import org.jspecify.annotations.NullMarked;
