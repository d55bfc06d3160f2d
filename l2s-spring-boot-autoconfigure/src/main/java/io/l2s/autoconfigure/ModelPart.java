package io.l2s.autoconfigure;

/** The parts of which a model is made. */
public enum ModelPart {
  /** The large model. */
  LLM("LLM", "l2sEncoder"),
  /** The small model. */
  SLM("SLM", "l2sSlm"),
  /** The projector from the LLM's features to the SLM's embeddings. */
  PROJECTOR("projector", "l2sProjector"),
  /** The small model that answers without the LLM. */
  SLM_ALONE("SLM alone", "l2sSlmAlone");

  private final String label;
  private final String bean;

  ModelPart(String label, String bean) {
    this.label = label;
    this.bean = bean;
  }

  /** The part's name in logs. */
  public String label() {
    return label;
  }

  /** The name of the auto-configured bean of the single model. */
  String bean() {
    return bean;
  }
}
