package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramSourceTest {

  @Test
  void namesOfNumberFormatsAndDeclaredNamesBecomeNumbers() {
    String source =
        """
        MASKED = -1e9
        OWN = 0
        class M(Module):
          def f(self, x: Tensor) -> Tensor:
            return x[OWN].to(F32) * MASKED
        """;

    assertThat(ProgramSource.withNumbers(source))
        .isEqualTo(
            """


            class M(Module):
              def f(self, x: Tensor) -> Tensor:
                return x[0].to(6) * -1e9
            """);
  }

  @Test
  void otherNamesStay() {
    assertThat(ProgramSource.withNumbers("x = OTHER\nself.F32_table = F32x")).contains("OTHER");
    assertThat(ProgramSource.withNumbers("x.F32_table")).isEqualTo("x.F32_table");
  }

  @Test
  void aNameIsDeclaredOnce() {
    assertThatThrownBy(() -> ProgramSource.withNumbers("ROWS = 1\nROWS = 2\n"))
        .hasMessage("ROWS is declared twice");
    assertThatThrownBy(() -> ProgramSource.withNumbers("F32 = 1\n"))
        .hasMessage("F32 is declared twice");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> ProgramSource.read(ProgramSourceTest.class, List.of("none.py")))
        .hasMessageContaining("no resource none.py");
  }
}
