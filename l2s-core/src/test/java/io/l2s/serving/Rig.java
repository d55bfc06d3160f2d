package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Fusion;
import io.l2s.GenerationDefaults;
import io.l2s.GenerationHandle;
import io.l2s.GenerationRequest;
import io.l2s.RecordingListener;
import io.l2s.ServingOptions;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.PromptFuser;
import io.l2s.projector.Projector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * A served model of echoing components on a native thread that is turned by hand and a clock that
 * stands still. {@code HYBRID} echoes the prompt, {@code LLM_ONLY} one character further.
 */
final class Rig {

  static final ServingOptions OPTIONS = bounds().build();

  /** 8 waiting, batches of 4, 2 steps a call, prompts of 50 tokens and answers of 50. */
  static ServingOptions.Builder bounds() {
    return ServingOptions.builder()
        .queueCapacity(8)
        .maxBatchSize(4)
        .stepsPerCall(2)
        .maxPromptCharacters(100)
        .maxPromptTokens(50)
        .featureCacheBytes(1 << 20)
        .nativeCallLimit(Duration.ofNanos(500))
        .defaults(new GenerationDefaults(50, Optional.empty()));
  }

  final EchoEncoder encoder = new EchoEncoder();
  final EchoDecoder slm = new EchoDecoder(0);
  final EchoDecoder llmDecoder = new EchoDecoder(1);
  final EchoDecoder slmAlone = new EchoDecoder(2);
  final ServedLanguageModel model;
  final List<Boolean> responsiveness = new ArrayList<>();
  ResponsivenessListener responsivenessListener = responsiveness::add;
  Executor listenerThreads = Runnable::run;
  Runnable watchdog = () -> {};
  Runnable weightsCheck = () -> {};
  Runnable onWeightsLook = () -> {};
  Optional<String> weightsChange = Optional.empty();
  long nanos = 1000;

  private final HandTurnedThread nativeThread;

  Rig(NativeRuntime runtime) {
    this(runtime, OPTIONS);
  }

  Rig(NativeRuntime runtime, ServingOptions options) {
    this.nativeThread = new HandTurnedThread(runtime);
    encoder.decoder = Optional.of(llmDecoder);
    this.model = serve(components(encoder, slm), options);
  }

  /** Another model on the same native thread. */
  ServedLanguageModel serve(ServedComponents components, ServingOptions options) {
    return new ServedLanguageModel(
        components,
        options,
        nativeThread,
        new Surroundings(
            work -> listenerThreads.execute(work),
            () -> nanos,
            this::timer,
            responsive -> responsivenessListener.onChange(responsive),
            () -> {
              onWeightsLook.run();
              return weightsChange;
            }));
  }

  private Runnable timer(Duration period, Runnable check) {
    // The limit of native calls is far shorter than a second here.
    if (period.compareTo(Duration.ofSeconds(1)) < 0) {
      watchdog = check;
      return () -> watchdog = () -> {};
    }
    weightsCheck = check;
    return () -> weightsCheck = () -> {};
  }

  static ServedComponents components(EchoEncoder encoder, EchoDecoder slm) {
    TextCodec text = new EchoCodec();
    Set<Integer> eos = Set.of(EchoCodec.EOS);
    return new ServedComponents(
        new ServedComponents.Llm(encoder, text, eos),
        Optional.of(new ServedComponents.Slm(fuser(slm), slm, text, eos)),
        Optional.empty());
  }

  static PromptFuser fuser(EchoDecoder slm) {
    return new PromptFuser(slm.embeddings(), new Same(slm), Fusion.REPLACE);
  }

  private record Same(EchoDecoder slm) implements Projector {
    @Override
    public int inputWidth() {
      return 1;
    }

    @Override
    public int outputWidth() {
      return 1;
    }

    @Override
    public NDArray project(NDManager scope, NDArray features) {
      slm.onProject.run();
      return features;
    }
  }

  RecordingListener submit(String prompt) {
    return submit(GenerationRequest.of(prompt));
  }

  RecordingListener submit(GenerationRequest request) {
    RecordingListener listener = new RecordingListener();
    model.submit(request, listener);
    return listener;
  }

  GenerationHandle submit(String prompt, RecordingListener listener) {
    return model.submit(GenerationRequest.of(prompt), listener);
  }

  /** One turn of the native thread; false if nothing was to be done. */
  boolean turn() {
    return nativeThread.turn();
  }

  void turnUntilIdle() {
    nativeThread.turnUntilIdle();
  }
}
