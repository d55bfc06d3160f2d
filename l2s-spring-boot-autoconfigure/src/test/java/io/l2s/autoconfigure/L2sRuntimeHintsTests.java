package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;

class L2sRuntimeHintsTests {

  private final RuntimeHints hints = hints();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io/l2s/model/t5/t5.py",
        "io/l2s/model/program.py",
        "io/l2s/decoding/token_selector.py",
        "native/lib/pytorch.properties",
        "jnilib/pytorch.properties"
      })
  void aResourceThatIsReadIsInANativeImage(String resource) {
    assertThat(getClass().getClassLoader().getResource(resource)).isNotNull();
    assertThat(RuntimeHintsPredicates.resource().forResource(resource)).accepts(hints);
  }

  @Test
  void otherResourcesAreNot() {
    assertThat(RuntimeHintsPredicates.resource().forResource("io/l2s/model/t5/t5.txt"))
        .rejects(hints);
  }

  @Test
  void tomcatMakesItsConnectorByName() {
    assertThat(hints.reflection().getTypeHint(DrainingNioProtocol.class).getMemberCategories())
        .contains(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
  }

  private static RuntimeHints hints() {
    RuntimeHints hints = new RuntimeHints();
    SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
        .load(RuntimeHintsRegistrar.class)
        .stream()
        .filter(L2sRuntimeHints.class::isInstance)
        .forEach(each -> each.registerHints(hints, null));
    return hints;
  }
}
