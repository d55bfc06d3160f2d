/** The server batches requests and runs them on the native thread. */
@NullMarked
package io.l2s.serving;

import org.jspecify.annotations.NullMarked;
