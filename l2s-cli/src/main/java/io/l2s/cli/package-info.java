/** The command line generates, trains, evaluates, inspects and benchmarks. */
@NullMarked
package io.l2s.cli;

import org.jspecify.annotations.NullMarked;
