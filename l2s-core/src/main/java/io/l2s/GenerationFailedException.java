package io.l2s;

import org.jspecify.annotations.Nullable;

/** A model component failed while it worked on a valid request. */
public class GenerationFailedException extends L2sException {

  private static final long serialVersionUID = 1L;

  private final Component component;

  /**
   * The part of a model that failed; a circuit breaker guards each.
   *
   * <p>One name stands for a component everywhere: {@code ENCODER} is the component, its {@link
   * Degradation.Cause} is {@code ENCODER_FAILED}, and hosts call its circuit breaker {@code
   * encoder} behind their prefix, such as {@code l2s-encoder}. Two components belong to the LLM:
   * the encoder reads prompts, the component {@code LLM} writes answers. In a decoder-only LLM both
   * are its one stack.
   */
  public enum Component {
    /**
     * The LLM's pass over the prompt, whatever the kind of LLM. Every route with an LLM needs its
     * features, so only the SLM-only route may still answer.
     */
    ENCODER,
    /** Projection, fusion or the SLM's decoder. The LLM-only route may still answer. */
    SLM,
    /** The LLM's own decoder. */
    LLM
  }

  public GenerationFailedException(Component component, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.component = component;
  }

  public Component component() {
    return component;
  }
}
