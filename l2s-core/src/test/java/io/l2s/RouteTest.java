package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteTest {

  @Test
  void aRequestWithoutRouteTakesTheFirstOfHybridLlmAndSmallModelThatIsOffered() {
    Set<Route> offered = EnumSet.allOf(Route.class);

    assertThat(Route.preferred(offered)).contains(Route.HYBRID);
    offered.remove(Route.HYBRID);
    assertThat(Route.preferred(offered)).contains(Route.LLM_ONLY);
    offered.remove(Route.LLM_ONLY);
    assertThat(Route.preferred(offered)).contains(Route.SLM_ONLY);
    offered.remove(Route.SLM_ONLY);
    assertThat(Route.preferred(offered)).contains(Route.EXACT);
    assertThat(Route.preferred(Set.of())).isEmpty();
  }
}
