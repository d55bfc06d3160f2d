package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletMapping;
import org.springframework.mock.web.MockHttpServletRequest;

/** Which requests {@code l2s.web.json-body.paths} means. */
class JsonBodyPathsTests {

  private final Predicate<HttpServletRequest> api = JsonBodyFilter.paths(List.of("/api/**"));

  @ParameterizedTest
  @CsvSource({
    "'', '', /api/x, true",
    "'', '', /%61pi/x, true",
    "'', '', /other, false",
    "/shop, '', /shop/api/x, true",
    "/shop, '', /shop/other, false",
    "'', /app, /app/api/x, true",
    "/shop, /app, /shop/app/api/x, true",
    "/shop, /app, /shop/app/other, false"
  })
  void aPathBeginsAfterContextAndServlet(
      String context, String servlet, String uri, boolean expected) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", uri);
    request.setContextPath(context);
    request.setServletPath(servlet);
    request.setHttpServletMapping(mapping(servlet));

    assertThat(api.test(request)).isEqualTo(expected);
  }

  private static HttpServletMapping mapping(String servlet) {
    return servlet.isEmpty()
        ? new MockHttpServletMapping("/", "/", "dispatcher", MappingMatch.DEFAULT)
        : new MockHttpServletMapping("", servlet + "/*", "dispatcher", MappingMatch.PATH);
  }
}
