/** JMH benchmarks measure decoding and its parts. */
@NullMarked
package io.l2s.benchmarks;

import org.jspecify.annotations.NullMarked;
