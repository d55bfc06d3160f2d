/**
 * The command line: {@code l2s generate}, {@code train}, {@code evaluate}, {@code inspect} and
 * {@code benchmark}.
 */
package io.l2s.cli;
