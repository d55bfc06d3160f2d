package io.l2s.samples.translation;

import io.l2s.InvalidRequestException;
import io.l2s.autoconfigure.web.GenerationProblems;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A refused prompt, as a client sees it: the field of its body is {@code text}. */
final class TextRefusedException extends ErrorResponseException {

  private static final long serialVersionUID = 1L;

  TextRefusedException(InvalidRequestException refusal) {
    this(problem(refusal), refusal);
  }

  private TextRefusedException(ProblemDetail problem, InvalidRequestException refusal) {
    super(HttpStatus.valueOf(problem.getStatus()), problem, refusal);
  }

  /** {@code failure}, or this exception in its place where the model refuses the prompt. */
  static Throwable of(Throwable failure) {
    return failure instanceof InvalidRequestException refusal && refusal.field().equals("prompt")
        ? new TextRefusedException(refusal)
        : failure;
  }

  private static ProblemDetail problem(InvalidRequestException refusal) {
    ProblemDetail ofPrompt = GenerationProblems.of(refusal);
    Map<String, Object> properties = Objects.requireNonNull(ofPrompt.getProperties());
    return GenerationProblems.ofField(
        HttpStatus.valueOf(ofPrompt.getStatus()),
        "text",
        String.valueOf(properties.get("bound")),
        String.valueOf(properties.get("value")));
  }
}
