package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Principal;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Who counts as one client, and until when. */
class ClientLimitFilterTests {

  private final ClientLimitFilter filter =
      new ClientLimitFilter(request -> true, 1, ProblemWriter.PROBLEM_JSON);

  @Test
  void aClientAboveItsLimitIsRefusedWithTheTimeToComeAgain() throws Exception {
    begin("10.0.0.1", null);
    MockHttpServletResponse second = begin("10.0.0.1", null);

    assertThat(second.getStatus()).isEqualTo(429);
    assertThat(second.getHeader("Retry-After")).isEqualTo("1");
    assertThat(second.getContentAsString())
        .contains(
            "\"detail\":\"a client may have at most 1 request in progress; wait until one ends and try"
                + " again after 1 s (Retry-After)\"");
  }

  @Test
  void anotherAddressIsAnotherClient() throws Exception {
    begin("10.0.0.1", null);

    assertThat(begin("10.0.0.2", null).getStatus()).isEqualTo(200);
  }

  @Test
  void usersOfOneAddressAreSeveralClientsAndOneUserIsOne() throws Exception {
    begin("10.0.0.1", () -> "ann");

    assertThat(begin("10.0.0.1", () -> "ben").getStatus()).isEqualTo(200);
    assertThat(begin("10.0.0.2", () -> "ann").getStatus()).isEqualTo(429);
  }

  @Test
  void aRequestThatEndsLeavesRoom() throws Exception {
    MockHttpServletRequest request = new MockHttpServletRequest();
    filter.doFilter(request, new MockHttpServletResponse(), new MockFilterChain());

    assertThat(filter.clients()).isZero();
    assertThat(begin("10.0.0.1", null).getStatus()).isEqualTo(200);
  }

  @Test
  void aRequestThatFailsLeavesRoom() {
    MockHttpServletRequest request = new MockHttpServletRequest();
    try {
      filter.doFilter(
          request,
          new MockHttpServletResponse(),
          (one, other) -> {
            throw new IllegalStateException("the application fails");
          });
    } catch (Exception expected) {
      assertThat(expected).hasMessage("the application fails");
    }

    assertThat(filter.clients()).isZero();
  }

  @Test
  void itIsOffUntilPathsAreNamed() {
    WebApplicationContextRunner runner =
        new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(L2sWebAutoConfiguration.class));
    runner.run(context -> assertThat(context).doesNotHaveBean(ClientLimitFilter.class));
    WebApplicationContextRunner on =
        runner.withPropertyValues("l2s.web.client-limit.paths=/api/**");
    on.run(context -> assertThat(context).hasSingleBean(ClientLimitFilter.class));
    on.withPropertyValues("l2s.web.client-limit.max-requests=0")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("l2s.web.client-limit.max-requests"));
  }

  /** A request that goes on asynchronously. */
  private MockHttpServletResponse begin(String address, Principal user) throws Exception {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setAsyncSupported(true);
    request.setRemoteAddr(address);
    request.setUserPrincipal(user);
    MockHttpServletResponse response = new MockHttpServletResponse();
    filter.doFilter(request, response, (one, other) -> one.startAsync());
    return response;
  }
}
