/** Keeps a row for each title in a database, and serves the rows page by page. */
@NullMarked
package io.l2s.samples.titles.history;

import org.jspecify.annotations.NullMarked;
