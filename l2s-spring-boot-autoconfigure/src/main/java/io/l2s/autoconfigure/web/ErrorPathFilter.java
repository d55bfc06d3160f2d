package io.l2s.autoconfigure.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers clients that ask for Spring Boot's error path itself, where there is nothing, with 404.
 * Spring Boot would answer 500 there, since its request has no error.
 */
final class ErrorPathFilter extends OncePerRequestFilter {

  private final Predicate<HttpServletRequest> isErrorPath;

  /**
   * @param path to which the container sends requests that failed
   */
  ErrorPathFilter(String path) {
    this.isErrorPath = JsonBodyFilter.paths(List.of(path));
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getDispatcherType() == DispatcherType.REQUEST && isErrorPath.test(request)) {
      ProblemWriter.PROBLEM_JSON.write(
          ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "there is nothing here"),
          response);
    } else {
      chain.doFilter(request, response);
    }
  }
}
