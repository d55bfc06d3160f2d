/** A batch job that translates a column of a CSV or Parquet file with Apache Spark. */
@NullMarked
package io.l2s.samples.spark;

import org.jspecify.annotations.NullMarked;
