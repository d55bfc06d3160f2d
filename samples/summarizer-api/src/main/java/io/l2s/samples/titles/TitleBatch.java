package io.l2s.samples.titles;

import io.l2s.InvalidRequestException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/**
 * Several abstracts.
 *
 * @param items one request each; the answer keeps their order
 */
@Schema(description = "Several abstracts; each has its own outcome")
record TitleBatch(@Nullable List<@Nullable TitleRequest> items) {

  /**
   * The requests; where the client sent null for one, a request without a text stands.
   *
   * @throws InvalidRequestException if there are none or more than {@code most}
   */
  List<TitleRequest> requests(int most) {
    if (items == null || items.isEmpty() || items.size() > most) {
      throw new InvalidRequestException(
          "items",
          "a list of 1.." + most + " abstracts",
          items == null ? "absent" : items.size() + " abstracts");
    }
    return items.stream()
        .map(each -> each == null ? new TitleRequest(null, null, null, null) : each)
        .toList();
  }

  /**
   * The outcomes in the order of the requests.
   *
   * @param succeeded number of titles
   * @param failed number of problems
   */
  record Outcomes(List<Outcome> items, int succeeded, int failed) {

    static Outcomes of(List<Outcome> items) {
      int succeeded = Math.toIntExact(items.stream().filter(each -> each.title() != null).count());
      return new Outcomes(items, succeeded, items.size() - succeeded);
    }
  }

  /**
   * The outcome of one abstract: a title or a problem.
   *
   * @param status the HTTP status that the abstract would have had by itself
   */
  record Outcome(int status, @Nullable Title title, @Nullable ProblemDetail problem) {

    static Outcome of(Title title) {
      return new Outcome(200, title, null);
    }

    static Outcome of(ProblemDetail problem) {
      return new Outcome(problem.getStatus(), null, problem);
    }
  }
}
