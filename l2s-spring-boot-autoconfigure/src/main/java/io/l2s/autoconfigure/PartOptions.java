package io.l2s.autoconfigure;

import io.l2s.assembly.ComponentOptions;

/** Where and in which number format each part of a model runs. */
record PartOptions(ComponentOptions llm, ComponentOptions slm, ComponentOptions projector) {

  static final PartOptions AUTO =
      new PartOptions(ComponentOptions.AUTO, ComponentOptions.AUTO, ComponentOptions.AUTO);

  static PartOptions of(ConfiguredModel model) {
    return new PartOptions(
        ConfiguredOptions.llm(model),
        ConfiguredOptions.slm(model),
        ConfiguredOptions.projector(model));
  }
}
