package io.l2s.samples.translation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/** Refuses bodies larger than any prompt needs, before they fill the memory. */
@RestControllerAdvice
class RequestSizeLimit extends RequestBodyAdviceAdapter {

  /** The longest prompt with every character escaped takes less. */
  static final int BYTES = 1 << 20;

  @Override
  public boolean supports(
      MethodParameter parameter,
      Type targetType,
      Class<? extends HttpMessageConverter<?>> converterType) {
    return true;
  }

  @Override
  public HttpInputMessage beforeBodyRead(
      HttpInputMessage message,
      MethodParameter parameter,
      Type targetType,
      Class<? extends HttpMessageConverter<?>> converterType)
      throws IOException {
    byte[] body = message.getBody().readNBytes(BYTES + 1);
    if (body.length > BYTES) {
      throw tooLarge();
    }
    return new ReadBody(message.getHeaders(), new ByteArrayInputStream(body));
  }

  private static ErrorResponseException tooLarge() {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.PAYLOAD_TOO_LARGE,
            "body must be at most " + BYTES + " bytes long, but was longer");
    problem.setProperty("field", "body");
    problem.setProperty("bound", "at most " + BYTES + " bytes long");
    problem.setProperty("value", "longer");
    return new ErrorResponseException(HttpStatus.PAYLOAD_TOO_LARGE, problem, null);
  }

  private record ReadBody(HttpHeaders headers, InputStream body) implements HttpInputMessage {

    @Override
    public HttpHeaders getHeaders() {
      return headers;
    }

    @Override
    public InputStream getBody() {
      return body;
    }
  }
}
