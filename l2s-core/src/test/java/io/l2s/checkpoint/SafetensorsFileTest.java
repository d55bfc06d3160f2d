package io.l2s.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {

  private static final String TWO_FLOATS = "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":";

  @TempDir private Path directory;

  @Test
  void readsACheckpointsTensors() {
    SafetensorsFile file =
        SafetensorsFile.open(Fixture.path("t5-relu").resolve("model.safetensors"));
    TensorEntry shared = file.tensors().get("shared.weight");
    assertThat(shared.shape()).containsExactly(712L, 64L);
    assertThat(shared.type()).isEqualTo(TensorType.F32);
    assertThat(shared.map().remaining()).isEqualTo(712 * 64 * 4);
    assertThat(file.metadata()).containsEntry("format", "pt");
  }

  @Test
  void whatTheWriterWritesIsReadBack() {
    Path file = directory.resolve("a.safetensors");
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-2).flip();
    SafetensorsWriter.write(
        file,
        Map.of("step", "7"),
        List.of(new TensorData("w", TensorType.F32, List.of(1L, 2L), data)));
    SafetensorsFile read = SafetensorsFile.open(file);
    assertThat(read.metadata()).containsEntry("step", "7");
    assertThat(read.tensors().get("w").map().asFloatBuffer().get(1)).isEqualTo(-2f);
    assertThat(directory.toFile().list()).containsExactly("a.safetensors");
  }

  @Test
  void missingFileIsNamed() {
    Path file = directory.resolve("none.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(file + ": does not exist");
  }

  @Test
  void fileShorterThanItsDataIsTruncated() throws IOException {
    Path whole = Fixture.path("t5-relu").resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = directory.resolve("cut.safetensors");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 1000));
    assertRefused(cut, "truncated");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 7})
  void fileWithoutAWholeLengthIsTruncated(int length) throws IOException {
    Path file = directory.resolve("short.safetensors");
    Files.write(file, new byte[length]);
    assertRefused(file, "truncated");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, header length",
    "9223372036854775807, header length",
    "4194305, header length",
    "4194304, truncated",
    "1, header length"
  })
  void hostileHeaderLengthIsRefused(long length, String reason) throws IOException {
    Path file = directory.resolve("huge.safetensors");
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Files.write(file, bytes.array());
    assertRefused(file, reason);
  }

  @Test
  void overlappingTensorsAreRefused() throws IOException {
    assertRefused(
        file("{\"a\":" + TWO_FLOATS + "[0,8]},\"b\":" + TWO_FLOATS + "[4,12]}}", 12),
        "b overlaps a");
  }

  @Test
  void holesAreRefused() throws IOException {
    assertRefused(
        file("{\"a\":" + TWO_FLOATS + "[0,8]},\"b\":" + TWO_FLOATS + "[12,20]}}", 20),
        "hole between a and b");
  }

  @Test
  void bytesThatBelongToNoTensorAreRefused() throws IOException {
    assertRefused(file("{\"a\":" + TWO_FLOATS + "[0,8]}}", 12), "belong to none");
  }

  @Test
  void offsetsBeyondTheFileAreRefused() throws IOException {
    assertRefused(
        file("{\"a\":" + TWO_FLOATS + "[9223372036854775800,9223372036854775807]}}", 8),
        "a has data_offsets");
  }

  @Test
  void offsetsThatOverflowAreRefused() throws IOException {
    assertRefused(file("{\"a\":" + TWO_FLOATS + "[0,99999999999999999999]}}", 8), "a is malformed");
  }

  @Test
  void aPointerOfGitLfsIsNamedForWhatItIs() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("model.safetensors"),
            "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 9\n");
    assertRefused(
        file, "is a pointer of Git LFS and holds no weights; fetch them with git lfs pull");
  }

  @Test
  void shapeThatOverflowsIsRefused() throws IOException {
    assertRefused(
        file(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],"
                + "\"data_offsets\":[0,0]}}",
            0),
        "does not fit");
  }

  @Test
  void shapeThatDoesNotFitItsBytesIsRefused() throws IOException {
    assertRefused(
        file("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8),
        "does not fit its 8 bytes");
  }

  @Test
  void duplicateNameIsRefused() throws IOException {
    assertRefused(
        file("{\"a\":" + TWO_FLOATS + "[0,8]},\"a\":" + TWO_FLOATS + "[0,8]}}", 8),
        "names a twice");
  }

  @Test
  void everyProblemIsNamedAtOnce() throws IOException {
    Path file =
        file(
            "{\"a\":{\"dtype\":\"F12\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":7,\"c\":"
                + TWO_FLOATS
                + "[8,99]}}",
            16);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOfSatisfying(
            ModelLoadException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(3)
                    .anyMatch(problem -> problem.contains("unknown dtype F12"))
                    .anyMatch(problem -> problem.contains("b is malformed"))
                    .anyMatch(problem -> problem.contains("c has data_offsets")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "nonsense", "{\"a\":", "{} {}", "{\"a\":1e999999999}"})
  void headerThatIsNoTableIsRefused(String header) throws IOException {
    assertRefused(file(header, 0), "");
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    assertRefused(file("{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}", 0), "nested");
  }

  @Test
  void moreValuesThanAModelHasAreRefusedBeforeTheyFillTheHeap() throws IOException {
    String zeros = "0,".repeat(199_999) + "0";
    assertRefused(file("{\"a\":[" + zeros + "]}", 0), "more than 200000 values");
  }

  @Test
  void theMostValuesAreRead() throws IOException {
    // A tensor has three fields, two of them lists, with one and two numbers.
    String tensor = ":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
    String tensors =
        IntStream.range(0, 200_000 / 7)
            .mapToObj(i -> "\"" + i + "\"" + tensor)
            .collect(Collectors.joining(","));
    assertThat(SafetensorsFile.open(file("{" + tensors + "}", 0)).tensors()).hasSize(28_571);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'dtype':'F32','shape':['2'],'data_offsets':[0,8]} | shape must be whole numbers, but was "2"
          {'dtype':'F32','shape':[[2]],'data_offsets':[0,8]} | shape must be whole numbers, but was [2]
          {'dtype':['F32'],'shape':[2],'data_offsets':[0,8]} | dtype must be a text, but was ["F32"]
          {'dtype':'F32','shape':2,'data_offsets':[0,8]} | shape must be a list of whole numbers, but was 2
          {'dtype':'F32','shape':[2.5],'data_offsets':[0,8]} | shape must be whole numbers below 2^63, but was 2.5
          {'dtype':'F32','shape':[2],'data_offsets':'0,8'} | data_offsets must be a list of whole numbers, but was "0,8"
          {'dtype':'F32','shape':[2]} | data_offsets must be a list of whole numbers, but was missing
          {'shape':[2],'data_offsets':[0,8]} | dtype must be a text, but was missing
          null | it must be an object, but was null
          """)
  void entryOfTheWrongKindIsRefusedByFieldAndValue(String entry, String problem)
      throws IOException {
    assertRefused(
        file("{\"a\":" + entry.replace('\'', '"') + "}", 8), "a is malformed: " + problem);
  }

  @Test
  void metadataThatIsNoTextIsRefused() throws IOException {
    assertRefused(file("{\"__metadata__\":{\"step\":7}}", 0), "__metadata__ is malformed");
  }

  @ParameterizedTest
  @ValueSource(strings = {" {}", "\ufeff{}"})
  void headerThatDoesNotBeginWithABraceIsRefused(String header) throws IOException {
    assertRefused(file(header, 0), "does not begin with {");
  }

  @Test
  void headerPaddedWithSpacesIsRead() throws IOException {
    assertThat(SafetensorsFile.open(file("{\"a\":" + TWO_FLOATS + "[0,8]}}   ", 8)).tensors())
        .containsOnlyKeys("a");
  }

  @Test
  void headerThatIsNotUtf8IsRefused() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(4);
    bytes.put(new byte[] {'{', '"', (byte) 0xff, '"'});
    Path file = directory.resolve("latin.safetensors");
    Files.write(file, bytes.array());
    assertRefused(file, "is not UTF-8");
  }

  @Test
  void twoTensorsOfOneNameAreRefusedAndTheOldFileStays() throws IOException {
    Path file = file("{\"a\":" + TWO_FLOATS + "[0,8]}}", 8);
    TensorData tensor =
        new TensorData("b", TensorType.F32, List.of(1L), ByteBuffer.allocate(Float.BYTES));
    assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of(), List.of(tensor, tensor)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two tensors are named b");
    assertThat(SafetensorsFile.open(file).tensors()).containsOnlyKeys("a");
  }

  @Test
  void aFailureHalfwayLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = file("{\"a\":" + TWO_FLOATS + "[0,8]}}", 8);
    IllegalStateException gone = new IllegalStateException("array is closed");
    TensorData failing =
        new TensorData(
            "b",
            TensorType.F32,
            List.of(1L),
            () -> {
              throw gone;
            });
    assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of(), List.of(failing)))
        .isSameAs(gone);
    assertThat(directory.toFile().list()).containsExactly("hostile.safetensors");
    assertThat(SafetensorsFile.open(file).tensors()).containsOnlyKeys("a");
  }

  @Test
  void aTensorsDataAreAskedForWhenThoseBeforeItAreWritten() throws IOException {
    Path file = directory.resolve("a.safetensors");
    AtomicLong before = new AtomicLong();
    TensorData first =
        new TensorData("a", TensorType.F32, List.of(1000L), () -> ByteBuffer.allocate(4000));
    TensorData second =
        new TensorData(
            "b",
            TensorType.F32,
            List.of(1L),
            () -> {
              before.set(directory.resolve("a.safetensors.unfinished").toFile().length());
              return ByteBuffer.allocate(4);
            });
    SafetensorsWriter.write(file, Map.of(), List.of(first, second));
    assertThat(before.get()).isGreaterThan(4000).isEqualTo(Files.size(file) - 4);
  }

  @Test
  void directoryInPlaceOfTheFileIsRefused() {
    assertRefused(directory, "is a directory");
  }

  @Test
  void overlapIsNamedWithTheTensorThatReachesFurthest() throws IOException {
    String four = "{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}";
    Path file =
        file(
            "{\"a\":" + four + ",\"b\":" + TWO_FLOATS + "[4,12]},\"c\":" + TWO_FLOATS + "[8,16]}}",
            16);
    assertRefused(file, "c overlaps a");
  }

  @Test
  void overlapIsNamedBesideAnotherFault() throws IOException {
    Path file =
        file("{\"z\":7,\"a\":" + TWO_FLOATS + "[0,8]},\"b\":" + TWO_FLOATS + "[4,12]}}", 12);
    assertRefused(file, "z is malformed");
    assertRefused(file, "b overlaps a");
  }

  @Test
  void tensorOverTwoGibibytesIsRefusedOnMapping() {
    TensorEntry entry =
        new TensorEntry(
            "w", TensorType.U8, List.of(1L << 31), directory.resolve("big"), 8, 1L << 31);
    assertThatThrownBy(entry::map)
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("w has 2147483648 bytes, but at most 2 GiB");
  }

  private static void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason);
  }

  private Path file(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    Path file = directory.resolve("hostile.safetensors");
    Files.write(file, bytes.array());
    return file;
  }
}
