/** Searches choose the next tokens of every running sequence. */
@NullMarked
package io.l2s.decoding;

import org.jspecify.annotations.NullMarked;
