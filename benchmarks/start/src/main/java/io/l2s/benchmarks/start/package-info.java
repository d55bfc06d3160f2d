/** The smallest web application shows what the starter adds to start time and memory. */
@NullMarked
package io.l2s.benchmarks.start;

import org.jspecify.annotations.NullMarked;
