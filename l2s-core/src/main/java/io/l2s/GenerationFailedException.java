package io.l2s;

import org.jspecify.annotations.Nullable;

/** A model component failed while it worked on a valid request. */
public class GenerationFailedException extends L2sException {

  private static final long serialVersionUID = 1L;

  private final Component component;

  /** The part that failed. */
  public enum Component {
    /**
     * The LLM's pass over the prompt. Every route with an LLM needs its features, so only the
     * SLM-only route may still answer.
     */
    ENCODER,
    /** Projection, fusion or the SLM's decoder. The LLM-only route may still answer. */
    SLM,
    /** The LLM's own decoder. */
    LLM_DECODER
  }

  public GenerationFailedException(Component component, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.component = component;
  }

  public Component component() {
    return component;
  }
}
