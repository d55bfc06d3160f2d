/** The fault panel of the profile {@code dev} breaks and slows models and shows their breakers. */
@NullMarked
package io.l2s.samples.translation.faults;

import org.jspecify.annotations.NullMarked;
