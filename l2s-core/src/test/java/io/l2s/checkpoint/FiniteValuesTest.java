package io.l2s.checkpoint;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.ModelLoadException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiniteValuesTest {

  /** More than one chunk of the reading. */
  private static final int MANY = 1_000_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "F32, 7f800000, 7f7fffff",
    "F32, ffc00000, ff7fffff",
    "F32, 7f800001, 00000001",
    "BF16, 7f80, 7f7f",
    "BF16, ffc0, ff7f",
    "F16, fc00, fbff",
    "F16, 7e00, 7bff"
  })
  void aTensorWithAValueThatIsNotFiniteIsNamed(String type, String unfit, String fit) {
    TensorType format = TensorType.valueOf(type);
    Path bad = file("bad.safetensors", format, unfit);
    Path good = file("good.safetensors", format, fit);

    assertThatThrownBy(
            () -> FiniteValues.require(bad, SafetensorsFile.open(bad).tensors().values()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            bad
                + ": w of bad.safetensors has 1 values of "
                + MANY
                + " that are not finite; the file is damaged or its training failed");
    assertThatCode(() -> FiniteValues.require(good, SafetensorsFile.open(good).tensors().values()))
        .doesNotThrowAnyException();
  }

  @Test
  void numbersOfOtherFormatsAreNotRead() {
    Path file = file("ids.safetensors", TensorType.I32, "7f800000");
    assertThatCode(() -> FiniteValues.require(file, SafetensorsFile.open(file).tensors().values()))
        .doesNotThrowAnyException();
  }

  @Test
  void everyFileIsRead() {
    List<TensorEntry> tensors = new ArrayList<>();
    for (String name : List.of("first.safetensors", "second.safetensors", "third.safetensors")) {
      String last = name.startsWith("second") ? "00000000" : "7f800000";
      tensors.addAll(SafetensorsFile.open(file(name, TensorType.F32, last)).tensors().values());
    }
    assertThatThrownBy(() -> FiniteValues.require(directory, tensors))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith(directory + ": ")
        .hasMessageContainingAll("w of first.safetensors has", "w of third.safetensors has")
        .hasMessageNotContaining("second");
  }

  /** A file of zeros with one other value at the end of its tensor. */
  private Path file(String name, TensorType type, String hex) {
    ByteBuffer data = ByteBuffer.allocate(MANY * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    int bits = Integer.parseUnsignedInt(hex, 16);
    if (type.bytes() == 4) {
      data.putInt(data.limit() - 4, bits);
    } else {
      data.putShort(data.limit() - 2, (short) bits);
    }
    Path file = directory.resolve(name);
    SafetensorsWriter.write(
        file, Map.of(), List.of(new TensorData("w", type, List.of((long) MANY), data)));
    return file;
  }
}
