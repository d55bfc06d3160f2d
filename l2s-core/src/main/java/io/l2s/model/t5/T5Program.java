package io.l2s.model.t5;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.model.ModelProgram;
import io.l2s.model.WeightSpec;
import io.l2s.model.WeightTable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What it takes to run T5 checkpoints. */
final class T5Program {

  // All that call the products: compiling one takes in the methods that it calls only where no
  // other has called them before without being compiled.
  private static final Set<String> HOT =
      Set.of(
          "features",
          "attended",
          "encode",
          "start",
          "decode_one",
          "decode_many",
          "verify",
          "score");

  private T5Program() {}

  /** Of a stored model. */
  static ModelProgram of(Checkpoint checkpoint, T5Config config) {
    return of(config, checkpoint.eosTokenIds(), T5Weights.of(checkpoint, config));
  }

  /** Of a model with these weights. */
  static ModelProgram of(T5Config config, List<Integer> eos, List<WeightSpec> weights) {
    boolean ownHead = weights.stream().anyMatch(spec -> spec.name().equals(T5Weights.HEAD));
    return new ModelProgram(
        T5Program.class,
        List.of("t5.py"),
        Map.ofEntries(
            Map.entry("heads", config.heads()),
            Map.entry("encoder_layers", config.encoderLayers()),
            Map.entry("decoder_layers", config.decoderLayers()),
            Map.entry("gated", config.gated()),
            Map.entry("output_scale", config.outputScale()),
            Map.entry("buckets", config.buckets()),
            Map.entry("max_distance", config.maxDistance()),
            Map.entry("start_token", config.startToken())),
        false,
        config.epsilon(),
        HOT,
        eos,
        new WeightTable(weights),
        T5Weights.groups(config, ownHead ? T5Weights.HEAD : T5Weights.SHARED),
        program -> {});
  }
}
