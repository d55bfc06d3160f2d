/** Contracts describe encoders, decoders and decoder states of any model family. */
@NullMarked
package io.l2s.model;

import org.jspecify.annotations.NullMarked;
