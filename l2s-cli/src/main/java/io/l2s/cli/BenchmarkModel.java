package io.l2s.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Bundle;
import io.l2s.Fusion;
import io.l2s.PromptTokenizer;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.assembly.ModelInspection;
import io.l2s.assembly.ModelLoader;
import io.l2s.assembly.ModelParts;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.ContextLimits;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.projector.Projector;
import io.l2s.projector.ProjectorKind;
import io.l2s.projector.ProjectorShape;
import io.l2s.projector.ProjectorTraining;
import io.l2s.serving.ResponsivenessListener;
import io.l2s.serving.ServedComponents;
import io.l2s.serving.ServedLanguageModel;
import io.l2s.tokenizer.Tokenizer;
import io.l2s.tokenizer.Vocabulary;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The parts that a benchmark times, from a bundle or from checkpoints with random weights. */
final class BenchmarkModel implements AutoCloseable {

  private static final int HIDDEN = 512;

  private final NativeRuntime runtime;
  private final LlmEncoder encoder;
  private final Vocabulary vocabulary;
  private final Optional<Small> small;

  /**
   * The small parts and how they meet the LLM.
   *
   * @param vocabulary of the SLM
   */
  private record Small(
      SlmDecoder slm,
      Projector projector,
      Fusion fusion,
      PromptTokenizer promptTokenizer,
      Vocabulary vocabulary) {}

  private BenchmarkModel(
      NativeRuntime runtime, LlmEncoder encoder, Vocabulary vocabulary, Optional<Small> small) {
    this.runtime = runtime;
    this.encoder = encoder;
    this.vocabulary = vocabulary;
    this.small = small;
  }

  /**
   * Loads what is timed.
   *
   * @param mostTokens of prompts and answers that decode together
   */
  static BenchmarkModel load(
      BenchmarkSource.Opened source, NativeRuntime runtime, ModelOptions options, int mostTokens) {
    ModelParts parts = source.parts();
    source.bundle().ifPresent(bundle -> ModelInspection.checkFit(bundle, parts));
    // EXACT has no batch of its own, so the other routes need the most.
    Set<Route> routes = Set.of(Route.LLM_ONLY, Route.HYBRID);
    new MemoryNeeds(parts, routes, options, options.servingOf(mostTokens))
        .require(runtime.devices());
    BenchmarkModel loaded =
        source
            .bundle()
            .map(bundle -> of(bundle, parts, runtime, options))
            .orElseGet(() -> of(parts, runtime, options));
    try {
      parts.requireUnchanged();
      return loaded;
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  private static BenchmarkModel of(
      Bundle bundle, ModelParts parts, NativeRuntime runtime, ModelOptions options) {
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    LlmEncoder encoder = loader.loadLlm(parts.llm(), options.llm(), bundle.featureLayer());
    Checkpoint slm = parts.slm().orElseThrow();
    return withSlm(
        runtime,
        encoder,
        vocabulary(parts.llm()),
        () -> loader.loadSlm(slm, options.slm()),
        decoder ->
            new Small(
                decoder,
                loader.loadProjector(bundle.projector(), options.slm()),
                bundle.fusion(),
                bundle.promptTokenizer(),
                vocabulary(slm)));
  }

  private static Vocabulary vocabulary(Checkpoint checkpoint) {
    Tokenizer tokenizer = Tokenizer.load(checkpoint.tokenizerFile());
    return tokenizer.vocabulary();
  }

  /**
   * An LLM, alone or with an SLM that a projector of random weights connects to it.
   *
   * @param parts without a projector
   */
  private static BenchmarkModel of(ModelParts parts, NativeRuntime runtime, ModelOptions options) {
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    LlmEncoder encoder = loader.loadLlm(parts.llm(), options.llm(), OptionalInt.empty());
    // Random weights need no tokenizer; ids are what they have in common.
    Vocabulary ids = numbers(encoder.decoder().map(LlmDecoder::vocabularySize).orElse(0));
    if (parts.slm().isEmpty()) {
      return new BenchmarkModel(runtime, encoder, ids, Optional.empty());
    }
    return withSlm(
        runtime,
        encoder,
        ids,
        () -> loader.loadSlm(parts.slm().get(), options.slm()),
        decoder ->
            new Small(
                decoder,
                ProjectorTraining.fresh(
                    runtime,
                    ProjectorKind.MLP,
                    new ProjectorShape(
                        encoder.width(), decoder.embeddings().width(), Optional.empty()),
                    HIDDEN,
                    1,
                    Device.cpu()),
                Fusion.ADD,
                PromptTokenizer.SLM,
                numbers(decoder.vocabularySize())));
  }

  private static Vocabulary numbers(int size) {
    return new Vocabulary(size, "decimal numbers");
  }

  /** Adds the small parts to the loaded LLM, or frees it if they do not load. */
  private static BenchmarkModel withSlm(
      NativeRuntime runtime,
      LlmEncoder encoder,
      Vocabulary vocabulary,
      Supplier<SlmDecoder> slm,
      Function<SlmDecoder, Small> small) {
    SlmDecoder decoder = null;
    try {
      decoder = slm.get();
      return new BenchmarkModel(runtime, encoder, vocabulary, Optional.of(small.apply(decoder)));
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

  /** Most tokens that the models of {@code route} have positions for. */
  ContextLimits contextLimits(Route route) {
    ContextLimits limits = encoder.contextLimits().prompts();
    if (route != Route.HYBRID) {
      limits = limits.and(encoder.decoder().orElseThrow().contextLimits());
    }
    if (route == Route.HYBRID || route == Route.EXACT) {
      limits = limits.and(small.orElseThrow().slm().contextLimits());
    }
    return limits;
  }

  /** Number of ids of which a prompt for {@code route} may consist. */
  int promptIds(Route route) {
    int own = encoder.decoder().orElseThrow().vocabularySize();
    if (route != Route.HYBRID) {
      return own;
    }
    Small parts = small.orElseThrow();
    return parts.promptTokenizer() == PromptTokenizer.SLM
        ? Math.min(own, parts.slm().vocabularySize())
        : own;
  }

  /** A state that is ready to decode; native thread only. */
  DecoderState prefill(NDManager scope, Route route, NDArray features, TokenBatch prompts) {
    if (route != Route.HYBRID) {
      return encoder.decoder().orElseThrow().prefill(features, prompts);
    }
    Small parts = small.orElseThrow();
    return parts.slm().prefill(fuser(parts).fuse(scope, features, prompts), prompts.lengths());
  }

  private PromptFuser fuser(Small parts) {
    return PromptFuser.of(
        parts.promptTokenizer(),
        encoder,
        parts.slm().embeddings(),
        parts.projector(),
        parts.fusion());
  }

  /** Serves prompts that are ids in decimal; answers never end before their limit. */
  ServedLanguageModel serve(ServingOptions options) {
    NumberCodec codec = new NumberCodec(vocabulary);
    Optional<ServedComponents.Slm> slm =
        small.map(
            parts ->
                new ServedComponents.Slm(
                    fuser(parts), parts.slm(), new NumberCodec(parts.vocabulary()), Set.of()));
    return new ServedLanguageModel(
        new ServedComponents(
            new ServedComponents.Llm(encoder, codec, Set.of()), slm, Optional.empty()),
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
