/** Finds titles for abstracts: the endpoints, what they take and what they answer. */
@NullMarked
package io.l2s.samples.titles;

import org.jspecify.annotations.NullMarked;
