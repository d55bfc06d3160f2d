package io.l2s.autoconfigure.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses requests for another host than this one, so that a page in a browser cannot reach a local
 * application by a name of its own that leads here (DNS rebinding).
 */
final class HostFilter extends OncePerRequestFilter implements Ordered {

  private final List<String> allowed;

  /**
   * @param allowed host names without port, in any case; IPv6 addresses with or without brackets
   */
  HostFilter(List<String> allowed) {
    this.allowed = allowed.stream().map(HostFilter::normalized).toList();
  }

  /** Before a filter that believes in forwarded headers. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String host = request.getServerName();
    if (allowed.contains(normalized(host))) {
      chain.doFilter(request, response);
    } else {
      ProblemWriter.PROBLEM_JSON.write(
          GenerationProblems.ofField(HttpStatus.BAD_REQUEST, "Host", "one of " + allowed, host),
          response);
    }
  }

  private static String normalized(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.startsWith("[") && lower.endsWith("]")
        ? lower.substring(1, lower.length() - 1)
        : lower;
  }
}
