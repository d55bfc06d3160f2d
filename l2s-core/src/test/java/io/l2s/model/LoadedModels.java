package io.l2s.model;

/** Loads models by the methods that families keep to their package. */
final class LoadedModels {

  private LoadedModels() {}

  static EncoderDecoderModel load(EncoderDecoderFamily family, Loading from) {
    return family.load(from);
  }

  static DecoderOnlyModel load(DecoderOnlyFamily family, Loading from) {
    return family.load(from);
  }
}
