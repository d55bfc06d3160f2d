package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorEntry;
import io.l2s.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiniteWeightsTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"F16, 0x7C00", "F16, 0xFE00", "BF16, 0x7F80", "BF16, 0xFFC0"})
  void infinitiesAndWhatIsNoNumberAreRefusedInTwoBytes(TensorType type, String bits) {
    TensorEntry tensor = tensor(type, Integer.decode(bits));

    assertThatThrownBy(() -> FiniteWeights.require(tensor))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("x holds numbers that are not finite");
  }

  @Test
  void theLargestNumbersAreTaken() {
    FiniteWeights.require(tensor(TensorType.F16, 0x7BFF));
    FiniteWeights.require(tensor(TensorType.BF16, 0xFF7F));
  }

  private TensorEntry tensor(TensorType type, int bits) {
    Path file = directory.resolve(type + ".safetensors");
    ByteBuffer numbers = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putShort(2, (short) bits);
    SafetensorsWriter.write(
        file, Map.of(), List.of(new TensorData("x", type, List.of(2L), numbers)));
    return SafetensorsFile.open(file).tensors().get("x");
  }
}
