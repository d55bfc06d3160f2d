package io.l2s.samples.translation;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.PromptTooLongException;
import io.l2s.QueueFullException;
import io.l2s.WeightsChangedException;
import io.l2s.autoconfigure.PropertyNames;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Turns what the model refuses or fails into problem+json. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

  private static final String RETRY_AFTER_SECONDS = "1";

  @ExceptionHandler
  ResponseEntity<ProblemDetail> handle(L2sException failure) {
    ResponseEntity.BodyBuilder response = ResponseEntity.status(status(failure));
    if (failure instanceof QueueFullException) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response.body(of(failure));
  }

  /** A field of the wrong type is named like a value out of bounds; broken JSON stays a 400. */
  @Override
  protected ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    if (failure.getCause() instanceof JsonMappingException mapping
        && !mapping.getPath().isEmpty()
        && (mapping instanceof MismatchedInputException
            || mapping.getCause() instanceof InputCoercionException)) {
      ProblemDetail problem = of(invalid(mapping));
      return ResponseEntity.status(problem.getStatus()).body(problem);
    }
    return super.handleHttpMessageNotReadable(failure, headers, status, request);
  }

  private static InvalidRequestException invalid(JsonMappingException mapping) {
    String field = mapping.getPath().get(0).getFieldName();
    if (mapping instanceof UnrecognizedPropertyException unknown) {
      return new InvalidRequestException(
          field, "absent or one of " + unknown.getKnownPropertyIds(), "an unknown field");
    }
    String bound = field.equals("maxNewTokens") ? "a whole number" : "a string";
    String value =
        mapping instanceof InvalidFormatException format
            ? String.valueOf(format.getValue())
            : "something else";
    return new InvalidRequestException(field, bound, value);
  }

  @ExceptionHandler
  ProblemDetail handle(DeadlinePassedException failure) {
    return of(failure);
  }

  static ProblemDetail of(DeadlinePassedException failure) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.GATEWAY_TIMEOUT, failure.getMessage());
  }

  static ProblemDetail of(L2sException failure) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(status(failure), failure.messageFor(PropertyNames::of));
    if (failure instanceof InvalidRequestException invalid) {
      problem.setProperty("field", invalid.field());
      problem.setProperty("bound", invalid.boundFor(PropertyNames::of));
      problem.setProperty("value", invalid.value());
    }
    return problem;
  }

  private static HttpStatus status(L2sException failure) {
    if (failure instanceof PromptTooLongException) {
      return HttpStatus.PAYLOAD_TOO_LARGE;
    } else if (failure instanceof InvalidRequestException) {
      return HttpStatus.UNPROCESSABLE_ENTITY;
    } else if (failure instanceof QueueFullException
        || failure instanceof ModelClosedException
        || failure instanceof ModelUnresponsiveException
        || failure instanceof WeightsChangedException) {
      return HttpStatus.SERVICE_UNAVAILABLE;
    }
    return HttpStatus.INTERNAL_SERVER_ERROR;
  }
}
