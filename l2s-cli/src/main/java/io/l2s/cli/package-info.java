/** The command line: {@code l2s generate}, {@code evaluate}, {@code inspect} and {@code train}. */
package io.l2s.cli;
