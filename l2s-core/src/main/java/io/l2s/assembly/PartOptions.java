package io.l2s.assembly;

/** Where and in which number format each part of a model runs. */
public record PartOptions(ComponentOptions llm, ComponentOptions slm, ComponentOptions projector) {

  /** Automatic devices and number formats. */
  public static final PartOptions AUTO =
      new PartOptions(ComponentOptions.AUTO, ComponentOptions.AUTO, ComponentOptions.AUTO);
}
