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

/** The parts that a benchmark times, from a bundle or from checkpoints with random weights. */
final class BenchmarkModel implements AutoCloseable {

  private static final int HIDDEN = 512;

  private final NativeRuntime runtime;
  private final LlmEncoder encoder;
  private final SlmDecoder slm;
  private final Projector projector;
  private final Fusion fusion;

  private BenchmarkModel(
      NativeRuntime runtime,
      LlmEncoder encoder,
      SlmDecoder slm,
      Projector projector,
      Fusion fusion) {
    this.runtime = runtime;
    this.encoder = encoder;
    this.slm = slm;
    this.projector = projector;
    this.fusion = fusion;
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
  static BenchmarkModel of(Path llm, Path slm, NativeRuntime runtime, ModelOptions options) {
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    LlmEncoder encoder = loader.loadLlm(llm, options.llm());
    if (slm == null) {
      return new BenchmarkModel(runtime, encoder, null, null, Fusion.ADD);
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
      return new BenchmarkModel(runtime, encoder, decoder, projector.apply(decoder), fusion);
    } catch (RuntimeException | Error e) {
      if (decoder != null) {
        decoder.close();
      }
      encoder.close();
      throw e;
    }
  }

  boolean hasSlm() {
    return slm != null;
  }

  LlmEncoder encoder() {
    return encoder;
  }

  /** Size of the vocabulary whose ids the decoder of {@code route} yields. */
  int vocabularySize(Route route) {
    return route == Route.HYBRID
        ? slm.vocabularySize()
        : encoder.decoder().orElseThrow().vocabularySize();
  }

  /** A state that is ready to decode; native thread only. */
  DecoderState prefill(NDManager scope, Route route, NDArray features, TokenBatch prompts) {
    if (route != Route.HYBRID) {
      return encoder.decoder().orElseThrow().prefill(features, prompts);
    }
    PromptFuser fuser = new PromptFuser(slm.embeddings(), projector, fusion);
    return slm.prefill(fuser.fuse(scope, features, prompts), prompts.lengths());
  }

  /** Serves prompts that are ids in decimal; answers never end before their limit. */
  ServedLanguageModel serve(ServingOptions options) {
    NumberCodec codec = new NumberCodec();
    Optional<ServedComponents.Slm> small =
        Optional.ofNullable(slm)
            .map(each -> new ServedComponents.Slm(projector, each, fusion, codec, Set.of()));
    return new ServedLanguageModel(
        new ServedComponents(
            new ServedComponents.Llm(encoder, codec, Set.of()), small, Optional.empty()),
        options,
        runtime,
        ResponsivenessListener.NONE);
  }

  @Override
  public void close() {
    if (slm != null) {
      projector.close();
      slm.close();
    }
    encoder.close();
  }
}
