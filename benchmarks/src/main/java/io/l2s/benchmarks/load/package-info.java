/** A load sends the translation sample more than it can answer, while its models fail. */
@NullMarked
package io.l2s.benchmarks.load;

import org.jspecify.annotations.NullMarked;
