package io.l2s.autoconfigure.web;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.util.MimeType;

/** Checks that a request's body is JSON in UTF-8, the charset that RFC 8259 (8.1) prescribes. */
public final class JsonBodyRules {

  private static final MimeType ANY_JSON = new MimeType("application", "*+json");
  private static final int CHARACTERS_AT_A_TIME = 1024;

  private JsonBodyRules() {}

  /** The problem, 415, of a content type that is no JSON or names another charset than UTF-8. */
  public static Optional<ProblemDetail> contentTypeProblem(@Nullable String contentType) {
    return isJson(contentType)
        ? Optional.empty()
        : Optional.of(
            GenerationProblems.ofField(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                HttpHeaders.CONTENT_TYPE,
                "application/json in UTF-8",
                String.valueOf(contentType)));
  }

  /** The problem, 400, of bytes that are no UTF-8. Jackson reads overlong forms and UTF-16. */
  public static Optional<ProblemDetail> bodyProblem(byte[] body) {
    if (!isUtf8(body)) {
      return Optional.of(notUtf8("malformed bytes"));
    }
    // JSON in UTF-8 has no zero bytes; in UTF-16 and UTF-32 it always has some.
    return hasZero(body) ? Optional.of(notUtf8("bytes of zero, as in UTF-16")) : Optional.empty();
  }

  private static ProblemDetail notUtf8(String found) {
    return GenerationProblems.ofField(HttpStatus.BAD_REQUEST, "body", "text in UTF-8", found);
  }

  private static boolean hasZero(byte[] body) {
    for (byte each : body) {
      if (each == 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    try {
      MediaType type = MediaType.parseMediaType(contentType);
      Charset charset = type.getCharset();
      return (type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON) || ANY_JSON.includes(type))
          && (charset == null || charset.equals(StandardCharsets.UTF_8));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }

  private static boolean isUtf8(byte[] body) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(body);
    CharBuffer discarded = CharBuffer.allocate(CHARACTERS_AT_A_TIME);
    CoderResult result;
    do {
      result = decoder.decode(bytes, discarded.clear(), true);
    } while (result.isOverflow());
    return !result.isError();
  }
}
