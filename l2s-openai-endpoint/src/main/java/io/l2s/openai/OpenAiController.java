package io.l2s.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.l2s.L2sException;
import io.l2s.autoconfigure.web.DeadlinePassedException;
import io.l2s.autoconfigure.web.GenerationProblems;
import io.l2s.autoconfigure.web.GenerationSse;
import io.l2s.autoconfigure.web.JsonBodyRules;
import io.l2s.openai.RequestReader.Read;
import io.l2s.openai.ServedModels.Served;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** OpenAI's API for chats, completions and the list of models. */
@RestController
final class OpenAiController {

  private static final Logger LOG = LoggerFactory.getLogger(OpenAiController.class);

  private static final String CHATS = "/v1/chat/completions";
  private static final String COMPLETIONS = "/v1/completions";
  private static final String MODELS = "/v1/models";

  /** The paths with request bodies. */
  static final Set<String> WITH_BODY = Set.of(CHATS, COMPLETIONS);

  private final ServedModels models;
  private final RequestReader reader;
  private final int maxBodyBytes;
  private final Clock clock;
  private final long started;

  /**
   * @param maxBodyBytes largest body
   */
  OpenAiController(ServedModels models, int maxBodyBytes, Clock clock) {
    this.models = models;
    this.maxBodyBytes = maxBodyBytes;
    this.reader = new RequestReader(models);
    this.clock = clock;
    this.started = clock.instant().getEpochSecond();
  }

  @RequestMapping(CHATS)
  Object chat(HttpServletRequest request) throws IOException {
    require(HttpMethod.POST, request);
    return answer(reader.chat(body(request), head("chatcmpl-")));
  }

  @RequestMapping(COMPLETIONS)
  Object completion(HttpServletRequest request) throws IOException {
    require(HttpMethod.POST, request);
    return answer(reader.completion(body(request), head("cmpl-")));
  }

  @RequestMapping(MODELS)
  ResponseEntity<String> models(HttpServletRequest request) {
    require(HttpMethod.GET, request);
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = list.putArray("data");
    models.names().forEach(name -> data.add(model(name)));
    return json(HttpStatus.OK, list);
  }

  @RequestMapping(MODELS + "/{name}")
  ResponseEntity<String> model(@PathVariable("name") String name, HttpServletRequest request) {
    require(HttpMethod.GET, request);
    Served served = models.named(name);
    return json(HttpStatus.OK, model(served.name()));
  }

  private ObjectNode model(String name) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", name)
        .put("object", "model")
        .put("created", started)
        .put("owned_by", "l2s");
  }

  private Object answer(Read read) {
    try {
      if (read.stream()) {
        return GenerationSse.stream(
            read.served().model(),
            read.request(),
            new StreamedChoices(read.form(), failure -> error(failure, read.names())));
      }
      return read.served()
          .model()
          .generateAsync(read.request())
          .thenApply(
              result ->
                  json(
                      HttpStatus.OK,
                      read.form().whole(DeadlinePassedException.requireInTime(result))))
          .exceptionally(
              failure -> {
                throw new OpenAiException(error(failure, read.names()));
              });
    } catch (L2sException refused) {
      throw new OpenAiException(error(refused, read.names()));
    }
  }

  private static OpenAiError error(Throwable failure, Map<String, String> names) {
    if (failure instanceof CompletionException wrapped && wrapped.getCause() != null) {
      return error(wrapped.getCause(), names);
    } else if (failure instanceof L2sException known) {
      return OpenAiError.of(known, names);
    } else if (failure instanceof DeadlinePassedException late) {
      return OpenAiError.of(GenerationProblems.of(late));
    }
    LOG.error("A request failed", failure);
    return OpenAiError.unexpected();
  }

  @ExceptionHandler
  ResponseEntity<String> refused(OpenAiException refused) {
    OpenAiError error = refused.error();
    ResponseEntity<String> answer = json(error.status(), error.json());
    if (!error.isTemporary()) {
      return answer;
    }
    return ResponseEntity.status(error.status())
        .headers(answer.getHeaders())
        .header(HttpHeaders.RETRY_AFTER, GenerationProblems.RETRY_AFTER_SECONDS)
        .body(answer.getBody());
  }

  /** Settings that l2s refuses before the model sees them. */
  @ExceptionHandler
  ResponseEntity<String> refused(L2sException refused) {
    return refused(new OpenAiException(OpenAiError.of(refused, RequestReader.NAMES)));
  }

  private static void require(HttpMethod method, HttpServletRequest request) {
    if (!method.matches(request.getMethod())) {
      throw new OpenAiException(OpenAiError.wrongMethod(method, request.getMethod()));
    }
  }

  /** The body, which a filter has checked already where it knows the request's path. */
  private byte[] body(HttpServletRequest request) throws IOException {
    InputStream in = request.getInputStream();
    byte[] body = in.readNBytes(maxBodyBytes);
    if (in.read() >= 0) {
      throw new OpenAiException(
          OpenAiError.of(
              GenerationProblems.ofField(
                  HttpStatus.PAYLOAD_TOO_LARGE,
                  "body",
                  "at most " + maxBodyBytes + " bytes long",
                  "longer")));
    }
    if (body.length > 0) {
      refuse(JsonBodyRules.contentTypeProblem(request.getContentType()));
    }
    refuse(JsonBodyRules.bodyProblem(body));
    return body;
  }

  private static void refuse(Optional<ProblemDetail> problem) {
    if (problem.isPresent()) {
      throw new OpenAiException(OpenAiError.of(problem.get()));
    }
  }

  private AnswerForm.Head head(String prefix) {
    String id = prefix + UUID.randomUUID().toString().replace("-", "");
    return new AnswerForm.Head(id, clock.instant().getEpochSecond());
  }

  private static ResponseEntity<String> json(HttpStatus status, ObjectNode json) {
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .body(json.toString());
  }
}
