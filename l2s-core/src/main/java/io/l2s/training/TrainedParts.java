package io.l2s.training;

/** The parts of a pair that a training changes. */
public enum TrainedParts {
  /** The projector and the SLM. */
  PROJECTOR_AND_SLM,
  /** The projector; the SLM stays frozen. */
  PROJECTOR
}
