package io.l2s.samples.spark;

import io.l2s.HybridLanguageModel;
import java.io.Serializable;

/** Gives a task the model of its JVM. It travels from the driver to the executors. */
@FunctionalInterface
interface ModelSource extends Serializable {

  /** The model; the same for every task of a JVM. The caller does not close it. */
  HybridLanguageModel model();
}
