/** The engine owns devices, native memory and running programs. */
@NullMarked
package io.l2s.engine;

import org.jspecify.annotations.NullMarked;
