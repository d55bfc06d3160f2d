package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.Device;
import io.l2s.Fixture;
import io.l2s.InsufficientMemoryException;
import io.l2s.Precision;
import io.l2s.ServingOptions;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.ModelMemory;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What models need is compared with what the machine has, without an engine. */
class MemoryCheckTest {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
  private static final ComponentOptions INT8 = new ComponentOptions(DeviceSpec.CPU, Precision.INT8);
  private static final ServingOptions SERVING = ServingOptions.STANDARD;

  // The fixture gpt2 has 2 layers of width 64, 600 ids and 1,024 positions. Numbers of weights:
  //   token table 600 x 64 = 38,400; position table 1,024 x 64 = 65,536; last norm 2 x 64 = 128
  //   each layer: two norms 2 x 128 = 256
  //     products 64 x 192 + 64 x 64 + 64 x 256 + 256 x 64 = 49,152
  //     their biases 192 + 64 + 256 + 64 = 576
  //   in all 38,400 + 65,536 + 128 + 2 x (256 + 49,152 + 576) = 204,032
  // Keys and values of a token: 2 layers x 2 x 64 numbers x 4 bytes = 1,024 bytes.

  @Test
  void float32TakesFourBytesAWeightAsCountedByHand() {
    assertThat(weights("gpt2", Precision.F32)).isEqualTo(4 * 204_032);
  }

  @Test
  void int8TakesOneByteAWeightOfProductsAsCountedByHand() {
    // The head is the token table, once more in 8 bits.
    assertThat(weights("gpt2", Precision.INT8))
        .isEqualTo(4 * (204_032 - 2 * 49_152) + 2 * 49_152 + 38_400);
  }

  @Test
  void aRowNeedsKeysAndValuesOfAllPositionsAsCountedByHand() {
    ServingOptions one = ServingOptions.builder().maxBatchSize(1).build();

    // A cache keeps a quarter more room than it needs.
    assertThat(needed(check(0).add(Fixture.path("gpt2"), F32, one)))
        .isEqualTo(816_128 + 1_024 * (1_024 + 256));
  }

  @Test
  void thePartsOfAPairAreAddedUp() {
    long llm = weights("t5-llm", Precision.F32);
    long slm = weights("gpt2", Precision.F32);
    long cache =
        Math.max(
            memory("t5-llm", Precision.F32).keysAndValues(SERVING.maxBatchTokens()),
            memory("gpt2", Precision.F32).keysAndValues(tokensOfGpt2()));

    assertThat(needed(pair())).isEqualTo(llm + slm + cache);
    assertThatCode(() -> pair(llm + slm + cache).require()).doesNotThrowAnyException();
    assertThatThrownBy(() -> pair(llm + slm + cache - 1).require())
        .isInstanceOf(InsufficientMemoryException.class);
  }

  @Test
  void theRouteExactNeedsTheCachesOfBothModels() {
    ModelMemory llm = memory("t5-llm", Precision.F32);
    ModelMemory slm = memory("gpt2-sharedvocab", Precision.F32);
    int tokens = 2_000;
    ServingOptions serving =
        ServingOptions.builder().maxPromptTokens(500).maxBatchTokens(tokens).build();
    MemoryCheck check =
        check(0)
            .add(Fixture.path("t5-llm"), F32, serving)
            .add(Fixture.path("gpt2-sharedvocab"), F32, serving)
            .addExact(parts("t5-llm", "gpt2-sharedvocab"), F32, F32, serving);

    assertThat(needed(check))
        .isEqualTo(
            llm.weights() + slm.weights() + llm.keysAndValues(tokens) + slm.keysAndValues(tokens));
  }

  @Test
  void modelsOfTwoVocabulariesHaveNoRouteExact() {
    MemoryCheck check = pair().addExact(parts("t5-llm", "gpt2"), F32, F32, SERVING);

    assertThat(needed(check)).isEqualTo(needed(pair()));
  }

  @Test
  void theLongestPromptThatCanBeAskedForOverflowsNothing() {
    ServingOptions longest =
        ServingOptions.builder()
            .maxPromptTokens(Integer.MAX_VALUE - 1_000)
            .maxBatchTokens(Integer.MAX_VALUE)
            .maxBatchSize(1)
            .build();
    MemoryCheck check = check(0).add(Fixture.path("t5-llm"), F32, longest);

    assertThat(needed(check))
        .isEqualTo(
            weights("t5-llm", Precision.F32)
                + memory("t5-llm", Precision.F32).keysAndValues(Integer.MAX_VALUE));
  }

  @Test
  void anLlmThatOnlyReadsKeepsNoKeysAndValues() {
    MemoryCheck check = check(0).addReader(Fixture.path("t5-llm"), F32);

    assertThat(needed(check)).isEqualTo(weights("t5-llm", Precision.F32));
  }

  // In int8 the fixture gpt2 loads its head first, the largest group with 38,400 weights:
  //   the rounded head and its packed form 2 x 38,400 = 76,800 bytes
  //   three float32 forms of its weights 3 x 4 x 38,400 = 460,800 bytes
  //   inputs and results of all products for 16 + 8 ids and one that ends an answer, as
  //   25 x 4 x (2 x (64 + 192 + 64 + 64 + 64 + 256 + 256 + 64) + 64 + 600) = 271,200 bytes
  // The products of all groups, which the weights count, are not there yet:
  //   2 x 49,152 + 38,400 = 136,704 bytes
  private static final long LOADING = 76_800 + 460_800 + 271_200 - 136_704;

  @Test
  void whatLoadingTakesBesideTheWeightsIsNeededAsCountedByHand() {
    MemoryCheck check = check(0).addReader(Fixture.path("gpt2"), INT8);

    assertThat(needed(check)).isEqualTo(weights("gpt2", Precision.INT8) + LOADING);
    assertThat(refusal(check).getMessage())
        .contains(" for weights, 0.6 MiB more while they are loaded), but only 0 bytes")
        .endsWith(
            "choose a smaller number format (precision) or model, or set checkMemory to false");
  }

  @Test
  void modelsAreLoadedOneAfterTheOther() {
    MemoryCheck check =
        check(0).addReader(Fixture.path("gpt2"), INT8).addReader(Fixture.path("gpt2"), INT8);

    assertThat(needed(check)).isEqualTo(2 * weights("gpt2", Precision.INT8) + LOADING);
  }

  @Test
  void keysAndValuesComeWhenAllIsLoaded() {
    MemoryCheck check = check(0).add(Fixture.path("gpt2"), INT8, SERVING);
    long cache = memory("gpt2", Precision.INT8).keysAndValues(tokensOfGpt2());

    assertThat(cache).isGreaterThan(LOADING);
    assertThat(needed(check)).isEqualTo(weights("gpt2", Precision.INT8) + cache);
  }

  @Test
  void mappedFloat32WeightsNeedNothingMoreToLoad() {
    assertThat(memory("gpt2", Precision.F32).loading()).isZero();
  }

  @Test
  void fewerRowsNeedLess() {
    ServingOptions one = ServingOptions.builder().maxBatchSize(1).build();
    MemoryCheck check = check(0).add(Fixture.path("gpt2"), F32, one);
    int positions = memory("gpt2", Precision.F32).mostTokens();

    assertThat(needed(check))
        .isEqualTo(
            weights("gpt2", Precision.F32)
                + memory("gpt2", Precision.F32).keysAndValues(positions));
  }

  @Test
  void theMessageHasBothNumbersAndTheRemedy() {
    InsufficientMemoryException refusal = refusal(pair(3 << 20));

    assertThat(refusal.available()).isEqualTo(3 << 20);
    assertThat(refusal.getMessage())
        .contains("the models need", "MiB of memory on cpu (", "but only 3.0 MiB are available")
        .contains("precision", "lower maxBatchSize or maxBatchTokens, or set checkMemory to false");
    assertThat(refusal.messageFor(name -> name.equals("checkMemory") ? "x.check" : name))
        .endsWith("or set x.check to false");
  }

  @Test
  void whereTheMachineDoesNotSayNothingIsRefused() {
    MemoryCheck check = new MemoryCheck(() -> 0, device -> OptionalLong.empty());

    assertThatCode(() -> check.add(Fixture.path("gpt2"), F32, SERVING).require())
        .doesNotThrowAnyException();
  }

  @Test
  void eachDeviceIsComparedByItself() {
    ComponentOptions gpu = new ComponentOptions(DeviceSpec.parse("gpu:1"), Precision.F32);
    MemoryCheck check =
        new MemoryCheck(() -> 2, device -> OptionalLong.of(device.isGpu() ? 10 : Long.MAX_VALUE))
            .addReader(Fixture.path("t5-llm"), F32)
            .add(Fixture.path("gpt2"), gpu, SERVING);

    assertThat(refusal(check).getMessage()).contains("of memory on gpu:1 (", "10 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5-relu", "t5-gated", "bart", "gpt2", "llama", "qwen2"})
  void weightsCountInTheFormatThatTheyRunIn(String name) {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path(name));
    long stored = checkpoint.parameters();
    // A head that is the token table is one more product of 8-bit integers.
    assertThat(weights(name, Precision.F32)).isBetween(3 * stored, 4 * stored);
    assertThat(weights(name, Precision.BF16)).isBetween(3 * stored / 2, 3 * stored);
    assertThat(weights(name, Precision.INT8)).isLessThan(weights(name, Precision.F32));
  }

  @Test
  void aWindowBoundsWhatASequenceKeeps() {
    assertThat(memory("mistral", Precision.F32).mostTokens()).isLessThan(200);
    assertThat(memory("llama", Precision.F32).mostTokens()).isGreaterThan(200);
  }

  private static ModelParts parts(String llm, String slm) {
    return ModelParts.open(
        ModelFiles.ofCheckpoints(Fixture.path(llm), Optional.of(Fixture.path(slm))),
        new KnownDigests());
  }

  private static int tokensOfGpt2() {
    int positions = memory("gpt2", Precision.F32).mostTokens();
    return Math.min(SERVING.maxBatchTokens(), SERVING.maxBatchSize() * positions);
  }

  private static MemoryCheck pair() {
    return pair(0);
  }

  private static MemoryCheck pair(long available) {
    return check(available)
        .add(Fixture.path("t5-llm"), F32, SERVING)
        .add(Fixture.path("gpt2"), F32, SERVING);
  }

  private static MemoryCheck check(long available) {
    return new MemoryCheck(() -> 0, device -> OptionalLong.of(available));
  }

  private static long needed(MemoryCheck check) {
    return refusal(check).needed();
  }

  private static InsufficientMemoryException refusal(MemoryCheck check) {
    return catchThrowableOfType(InsufficientMemoryException.class, check::require);
  }

  private static long weights(String name, Precision precision) {
    return memory(name, precision).weights();
  }

  private static ModelMemory memory(String name, Precision precision) {
    Checkpoint checkpoint = Checkpoint.open(Fixture.path(name));
    return ModelFamilies.of(checkpoint).memory(checkpoint, Device.cpu(), precision);
  }
}
