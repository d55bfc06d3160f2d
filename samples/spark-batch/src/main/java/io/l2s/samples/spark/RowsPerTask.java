package io.l2s.samples.spark;

import org.apache.spark.Partitioner;

/** Gives each task as many consecutive rows, so that the tasks' order is the input's. */
final class RowsPerTask extends Partitioner {

  private static final long serialVersionUID = 1L;

  private final int rowsPerTask;
  private final int tasks;

  /**
   * @param rows all rows
   */
  RowsPerTask(int rowsPerTask, long rows) {
    this.rowsPerTask = rowsPerTask;
    this.tasks = Math.toIntExact(Math.max(1, (rows + rowsPerTask - 1) / rowsPerTask));
  }

  @Override
  public int numPartitions() {
    return tasks;
  }

  @Override
  public int getPartition(Object row) {
    return (int) ((Long) row / rowsPerTask);
  }
}
