package io.l2s.autoconfigure.web;

import io.l2s.ChatTemplateException;
import io.l2s.EngineException;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.NoRouteAvailableException;
import io.l2s.PromptTooLongException;
import io.l2s.QueueFullException;
import io.l2s.WeightsChangedException;
import io.l2s.autoconfigure.PropertyNames;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * Reports to clients of a web application why a model refused or failed.
 *
 * <p>An invalid request has the status 422, a prompt that is too long 413, a full queue, a closed
 * or unresponsive model and open circuit breakers 503, a passed deadline 504, any other failure
 * 500. Invalid requests have the properties {@code field}, {@code bound} and {@code value}. Texts
 * hold no path of the server, and values are cut at 200 characters. They name the properties of the
 * model that refused or failed.
 */
public final class GenerationProblems {

  /** Seconds after which a client of a busy model may try again, for {@code Retry-After}. */
  public static final String RETRY_AFTER_SECONDS = "1";

  private static final int LONGEST_VALUE = 200;
  private static final int LONGEST_DETAIL = 1000;

  /** The directories of an absolute path, blanks in them included; the last name is kept. */
  private static final Pattern DIRECTORIES =
      Pattern.compile("(?<![\\w./\\\\])(?:[A-Za-z]:)?[/\\\\][^:;,()\"'\n]*[/\\\\]");

  /** The mark of a text that was cut before, at its end or in its middle. */
  private static final Pattern CUT =
      Pattern.compile(" ?… \\((\\d{1,9}) characters(?: more\\) … |\\)$)");

  private GenerationProblems() {}

  /** The problem that {@code failure} is for a client. */
  public static ProblemDetail of(L2sException failure) {
    if (failure instanceof InvalidRequestException invalid) {
      HttpStatus status =
          failure instanceof PromptTooLongException
              ? HttpStatus.PAYLOAD_TOO_LARGE
              : HttpStatus.UNPROCESSABLE_ENTITY;
      return ofField(status, invalid.field(), bound(invalid), value(invalid));
    }
    boolean busy =
        failure instanceof QueueFullException
            || failure instanceof ModelClosedException
            || failure instanceof ModelUnresponsiveException
            || failure instanceof NoRouteAvailableException
            || failure instanceof WeightsChangedException;
    return ProblemDetail.forStatusAndDetail(
        busy ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.INTERNAL_SERVER_ERROR,
        failure instanceof EngineException
            ? "the native engine failed; the server's log says why"
            : text(failure.messageFor(PropertyNames.forModelOf(failure))));
  }

  /** The problem of a field that breaks {@code bound}. */
  public static ProblemDetail ofField(HttpStatus status, String field, String bound, String value) {
    String name = shortened(field);
    String stated = text(bound);
    String shown = shortened(value);
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            status, name + " must be " + stated + ", but was " + shown);
    problem.setProperty("field", name);
    problem.setProperty("bound", stated);
    problem.setProperty("value", shown);
    return problem;
  }

  /** The problem of a passed deadline. */
  public static ProblemDetail of(DeadlinePassedException failure) {
    return ProblemDetail.forStatusAndDetail(
        HttpStatus.GATEWAY_TIMEOUT,
        "the deadline passed after: " + shortened(failure.partialText()));
  }

  /** {@code text} for a client: without paths of the server, cut at 1,000 characters. */
  public static String text(String text) {
    return cut(DIRECTORIES.matcher(text).replaceAll(""), LONGEST_DETAIL);
  }

  /** {@code value} as a client may see it again: cut at 200 characters. */
  static String shortened(String value) {
    return cut(value, LONGEST_VALUE);
  }

  private static String bound(InvalidRequestException invalid) {
    // The file's place is the operator's affair.
    return invalid instanceof ChatTemplateException template
        ? "left out, since the model's chat template cannot be run (line " + template.line() + ")"
        : invalid.boundFor(PropertyNames.forModelOf(invalid));
  }

  /** The value, which names the template's file where that is at fault. */
  private static String value(InvalidRequestException invalid) {
    return invalid instanceof ChatTemplateException ? text(invalid.value()) : invalid.value();
  }

  private static String cut(String given, int longest) {
    // JSON's writers fail at half a surrogate pair, which JSON's escapes can make.
    String text = new String(given.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    if (text.length() <= longest) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
    return text.substring(0, end) + "… (" + length(text) + " characters)";
  }

  /** Number of characters before any cut. */
  private static int length(String text) {
    Matcher cut = CUT.matcher(text);
    if (!cut.find()) {
      return text.length();
    }
    int number = Integer.parseInt(cut.group(1));
    return cut.end() == text.length() ? number : text.length() - cut.group().length() + number;
  }
}
