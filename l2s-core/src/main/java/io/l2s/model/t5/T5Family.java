package io.l2s.model.t5;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.model.Int8Quantizer;
import io.l2s.model.LlmEncoder;
import io.l2s.model.Loading;
import io.l2s.model.ModelFamily;
import io.l2s.model.ModelShape;
import io.l2s.model.Placement;
import io.l2s.model.Quantizer;
import io.l2s.model.Shrinker;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TrainableProgram;
import io.l2s.model.TrainableSlm;
import io.l2s.model.WeightSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * T5 of both generations and mT5 (transformers: {@code T5ForConditionalGeneration}, {@code
 * MT5ForConditionalGeneration}).
 */
public final class T5Family implements ModelFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("t5", "mt5");
  }

  @Override
  public ModelShape shape(ConfigFile config) {
    T5Config sizes = T5Config.read(config);
    return new ModelShape(sizes.width(), sizes.vocabularySize(), sizes.encoderLayers());
  }

  @Override
  public List<WeightSpec> weights(ConfigFile config) {
    return T5Weights.of(T5Config.read(config), ownHead(config));
  }

  @Override
  public List<WeightSpec> weights(Checkpoint checkpoint) {
    return T5Weights.of(checkpoint, T5Config.read(checkpoint));
  }

  @Override
  public LlmEncoder llm(Loading from, OptionalInt layer) {
    T5Model model = T5Model.load(from);
    try {
      return model.asLlm(layer);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public SlmDecoder slm(Loading from) {
    return T5Model.load(from).asSlm();
  }

  @Override
  public TrainableSlm resume(Loading from) {
    Checkpoint checkpoint = from.checkpoint();
    T5Config sizes = T5Config.read(checkpoint);
    return TrainableProgram.resume(
        T5Program.of(checkpoint, sizes), shape(checkpoint.config()), from);
  }

  @Override
  public TrainableSlm fresh(ConfigFile config, long seed, Placement on) {
    T5Config sizes = T5Config.read(config);
    int eos = config.eosTokenIds().get(0);
    if (eos >= sizes.vocabularySize()) {
      throw new ModelLoadException(
          config.file(),
          "eos_token_id must be below vocab_size " + sizes.vocabularySize() + ", but was " + eos);
    }
    List<WeightSpec> weights = T5Weights.of(sizes, ownHead(config));
    return TrainableProgram.fresh(
        T5Program.of(sizes, List.of(eos), weights), shape(config), seed, on);
  }

  private static boolean ownHead(ConfigFile config) {
    return !config.booleanOr("tie_word_embeddings", true);
  }

  @Override
  public Optional<Quantizer> quantizer() {
    return Optional.of(
        new Int8Quantizer(
            checkpoint -> {
              T5Config config = T5Config.read(checkpoint);
              return T5Program.of(config, List.of(), T5Weights.of(checkpoint, config));
            },
            checkpoint -> {
              T5Config config = T5Config.read(checkpoint);
              return T5Program.of(config, List.of(), T5Weights.of(config, true));
            },
            Set.of()));
  }

  @Override
  public Optional<Shrinker> shrinker() {
    return Optional.of(new T5Shrinker());
  }
}
