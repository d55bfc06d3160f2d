/** Checkpoint files are read, written and digested here without native code. */
@NullMarked
package io.l2s.checkpoint;

import org.jspecify.annotations.NullMarked;
