package io.l2s.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Bundle;
import io.l2s.Fusion;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.projector.Projector;
import io.l2s.projector.ProjectorKind;
import io.l2s.projector.ProjectorTraining;
import io.l2s.serving.ResponsivenessListener;
import io.l2s.serving.ServedComponents;
import io.l2s.serving.ServedLanguageModel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The parts that a benchmark times, from a bundle or from checkpoints with random weights. */
final class BenchmarkModel implements AutoCloseable {

  private static final int HIDDEN = 512;

  private final NativeRuntime runtime;
  private final LlmEncoder encoder;
  private final Optional<Small> small;

  /** The small parts and how they meet the LLM. */
  private record Small(SlmDecoder slm, Projector projector, Fusion fusion) {}

  private BenchmarkModel(NativeRuntime runtime, LlmEncoder encoder, Optional<Small> small) {
    this.runtime = runtime;
    this.encoder = encoder;
    this.small = small;
  }

  static BenchmarkModel of(Bundle bundle, NativeRuntime runtime, ModelOptions options) {
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    LlmEncoder encoder = loader.loadLlm(bundle.llm(), options.llm(), bundle.featureLayer());
    return withSlm(
        runtime,
        encoder,
        () -> loader.loadSlm(bundle.slm(), options.slm()),
        decoder -> loader.loadProjector(bundle.projector(), options.slm()),
        bundle.fusion());
  }

  /**
   * @param slm null: only the LLM; otherwise a projector of random weights connects the two
   */
  static BenchmarkModel of(
      Path llm, @Nullable Path slm, NativeRuntime runtime, ModelOptions options) {
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    LlmEncoder encoder = loader.loadLlm(llm, options.llm());
    if (slm == null) {
      return new BenchmarkModel(runtime, encoder, Optional.empty());
    }
    return withSlm(
        runtime,
        encoder,
        () -> loader.loadSlm(slm, options.slm()),
        decoder ->
            ProjectorTraining.fresh(
                runtime,
                ProjectorKind.MLP,
                encoder.width(),
                HIDDEN,
                decoder.embeddings().width(),
                1,
                Device.cpu()),
        Fusion.ADD);
  }

  /** Adds the small parts to the loaded LLM, or frees it if they do not load. */
  private static BenchmarkModel withSlm(
      NativeRuntime runtime,
      LlmEncoder encoder,
      Supplier<SlmDecoder> slm,
      Function<SlmDecoder, Projector> projector,
      Fusion fusion) {
    SlmDecoder decoder = null;
    try {
      decoder = slm.get();
      Small small = new Small(decoder, projector.apply(decoder), fusion);
      return new BenchmarkModel(runtime, encoder, Optional.of(small));
    } catch (RuntimeException | Error e) {
      if (decoder != null) {
        decoder.close();
      }
      encoder.close();
      throw e;
    }
  }

  boolean hasSlm() {
    return small.isPresent();
  }

  LlmEncoder encoder() {
    return encoder;
  }

  /** Size of the vocabulary whose ids the decoder of {@code route} yields. */
  int vocabularySize(Route route) {
    return route == Route.HYBRID
        ? small.orElseThrow().slm().vocabularySize()
        : encoder.decoder().orElseThrow().vocabularySize();
  }

  /** A state that is ready to decode; native thread only. */
  DecoderState prefill(NDManager scope, Route route, NDArray features, TokenBatch prompts) {
    if (route != Route.HYBRID) {
      return encoder.decoder().orElseThrow().prefill(features, prompts);
    }
    Small parts = small.orElseThrow();
    PromptFuser fuser =
        new PromptFuser(parts.slm().embeddings(), parts.projector(), parts.fusion());
    return parts.slm().prefill(fuser.fuse(scope, features, prompts), prompts.lengths());
  }

  /** Serves prompts that are ids in decimal; answers never end before their limit. */
  ServedLanguageModel serve(ServingOptions options) {
    NumberCodec codec = new NumberCodec();
    Optional<ServedComponents.Slm> served =
        small.map(
            parts ->
                new ServedComponents.Slm(
                    parts.projector(), parts.slm(), parts.fusion(), codec, Set.of()));
    return new ServedLanguageModel(
        new ServedComponents(
            new ServedComponents.Llm(encoder, codec, Set.of()), served, Optional.empty()),
        options,
        runtime,
        ResponsivenessListener.NONE);
  }

  @Override
  public void close() {
    small.ifPresent(
        parts -> {
          parts.projector().close();
          parts.slm().close();
        });
    encoder.close();
  }
}
