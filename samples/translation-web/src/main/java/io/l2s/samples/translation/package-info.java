/** The sample serves translations as a web page and a JSON endpoint. */
@NullMarked
package io.l2s.samples.translation;

import org.jspecify.annotations.NullMarked;
