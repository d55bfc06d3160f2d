/** The public API generates text with a large and a small language model. */
@NullMarked
package io.l2s;

import org.jspecify.annotations.NullMarked;
