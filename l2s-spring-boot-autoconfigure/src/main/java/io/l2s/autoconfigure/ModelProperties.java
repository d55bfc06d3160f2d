package io.l2s.autoconfigure;

import io.l2s.Fusion;
import io.l2s.Precision;
import io.l2s.PromptTokenizer;
import io.l2s.Route;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties of one model: {@code l2s.*} for the single one, {@code l2s.models.<name>.*} for
 * others.
 *
 * @param bundle Directory with an l2s.json, as a path, or a file: or classpath: location. A bundle
 *     names its parts, the fusion and the prompt tokenizer itself, so their properties must not be
 *     set beside it.
 * @param fusion How projected features are combined with the SLM's prompt embeddings: add or
 *     replace. Defaults to add; a bundle names its own.
 * @param promptTokenizer Tokenizer of the prompt at the SLM's input: slm or llm. With slm, LLM and
 *     SLM must share one vocabulary. With llm they may differ; with the fusion add, the projector
 *     then needs adapted embeddings. Defaults to slm; a bundle names its own.
 * @param promptTemplate Text with {source} in it by which generateFrom makes prompts, as the model
 *     was trained. A bundle names its own.
 * @param fallback Routes that may answer in place of one that fails or whose circuit breaker is
 *     open, in their order. Empty for none. Routes that the model does not have are passed over.
 * @param maxPromptCharacters Longest prompt in characters; longer ones are refused.
 * @param maxPromptTokens Longest prompt in tokens; longer ones are refused.
 * @param featureCacheSize Memory for cached LLM features. A repeated prompt skips the LLM. 0B
 *     caches only requests in progress.
 * @param nativeCallLimit Longest time of one call of the native engine. After it the model counts
 *     as unresponsive: its requests fail and the application refuses traffic until the call
 *     returns. 0 switches this off.
 * @param copyWeights Whether weights are copied into memory of the process. Without, weights that
 *     need no conversion are read where they lie, except in bf16: they load at once and processes
 *     share them, but writing to the files makes the model refuse requests, and cutting them can
 *     end the JVM.
 * @param warmUp Whether each route answers some prompts before the model is ready, so that the
 *     first requests are not slower.
 * @param deviceFallback Whether the model moves to the CPU when its GPU fails for good, where the
 *     device of each part is auto or cpu. Otherwise the application refuses traffic until it is
 *     started anew.
 */
@ConfigurationProperties("l2s")
record ModelProperties(
    String bundle,
    @DefaultValue Llm llm,
    @DefaultValue Slm slm,
    @DefaultValue Projector projector,
    Fusion fusion,
    PromptTokenizer promptTokenizer,
    String promptTemplate,
    @DefaultValue({"LLM_ONLY", "SLM_ONLY"}) List<Route> fallback,
    @DefaultValue Queue queue,
    @DefaultValue Batch batch,
    @DefaultValue("32768") int maxPromptCharacters,
    @DefaultValue("4096") int maxPromptTokens,
    @DefaultValue("64MB") DataSize featureCacheSize,
    @DefaultValue("60s") Duration nativeCallLimit,
    @DefaultValue Generation generation,
    @DefaultValue("false") boolean copyWeights,
    @DefaultValue("true") boolean warmUp,
    @DefaultValue("true") boolean deviceFallback) {

  /**
   * The large model.
   *
   * @param location Checkpoint directory of the LLM, as a path, or a file: or classpath: location.
   * @param device Device of the LLM: auto, cpu, gpu or gpu:n.
   * @param precision Number format of the LLM: auto, f32, bf16 or int8. On a GPU auto is bf16. On a
   *     CPU it is f32 below two million weights, else int8 or bf16 where the processor has
   *     instructions for it, else f32. Formats but f32 may change answers slightly.
   * @param featureLayer Layer of the LLM's encoder after which the prompt features are taken, 0 for
   *     its embeddings. Must be the layer that the projector was trained with. Defaults to the
   *     last.
   */
  record Llm(
      String location,
      @DefaultValue("auto") String device,
      @DefaultValue("auto") Precision precision,
      Integer featureLayer) {}

  /**
   * The small model.
   *
   * @param location Checkpoint directory of the SLM, as a path, or a file: or classpath: location.
   *     Needs a projector.
   * @param device Device of the SLM: auto, cpu, gpu or gpu:n.
   * @param precision Number format of the SLM: auto, f32, bf16 or int8. On a GPU auto is bf16. On a
   *     CPU it is f32 below two million weights, else int8 or bf16 where the processor has
   *     instructions for it, else f32. Formats but f32 may change answers slightly.
   */
  record Slm(
      String location,
      @DefaultValue("auto") String device,
      @DefaultValue("auto") Precision precision) {}

  /**
   * The projector, which runs in f32.
   *
   * @param location Safetensors file of the projector, as a path, or a file: or classpath:
   *     location. Needs an SLM.
   * @param device Device of the projector: auto, cpu, gpu or gpu:n.
   */
  record Projector(String location, @DefaultValue("auto") String device) {}

  /**
   * The queue of waiting requests.
   *
   * @param capacity Requests that may wait; further ones are refused at once.
   */
  record Queue(@DefaultValue("256") int capacity) {}

  /**
   * The batch of sequences that decode together.
   *
   * @param maxSize Most sequences that decode at a time.
   * @param maxTokens Most tokens of the sequences that decode at a time. For each route it counts
   *     their number times the longest prompt and the longest answer among them, so it bounds their
   *     memory.
   * @param admissionTokens Most prompt tokens, padding included, that are read together while
   *     running answers wait. A longer prompt is read by itself, and running answers continue
   *     between its reading and its prefill.
   * @param stepsPerCall Decode steps in one native call, 1 to 8; cancellation and deadlines act
   *     between calls.
   */
  record Batch(
      @DefaultValue("16") int maxSize,
      @DefaultValue("32768") int maxTokens,
      @DefaultValue("512") int admissionTokens,
      @DefaultValue("4") int stepsPerCall) {}

  /**
   * Defaults for what requests do not set.
   *
   * @param maxNewTokens Most tokens of an answer, 1 to 4096, where the request does not set it.
   * @param timeout Time from submission to the deadline, where the request does not set it. No
   *     deadline by default.
   * @param promptLookupNumTokens Most tokens to draft at a time, 0 to 64, where the request does
   *     not set it: those behind an earlier occurrence of the answer's last tokens in prompt or
   *     answer. The model verifies them in one pass, so answers stay the same. It pays where
   *     answers copy from the prompt and requests come one at a time. 0 for none.
   * @param maxMatchingNgramSize Most of the answer's last tokens that are looked up for a draft, 1
   *     to 64, where the request does not set it.
   */
  record Generation(
      @DefaultValue("256") int maxNewTokens,
      Duration timeout,
      @DefaultValue("0") int promptLookupNumTokens,
      @DefaultValue("2") int maxMatchingNgramSize) {}
}
