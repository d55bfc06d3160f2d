/** Tokenizers turn text into ids and ids into text. */
@NullMarked
package io.l2s.tokenizer;

import org.jspecify.annotations.NullMarked;
