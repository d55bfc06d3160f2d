package io.l2s.samples.titles;

import io.l2s.samples.titles.TitleBatch.Outcomes;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Finds titles: one, several, or one piece by piece. */
@RestController
@RequestMapping("/api/titles")
@Tag(name = "titles", description = "Titles for abstracts")
class TitleController {

  private final TitleService titles;
  private final ClientRateLimits limits;
  private final TitleProperties properties;

  TitleController(TitleService titles, ClientRateLimits limits, TitleProperties properties) {
    this.titles = titles;
    this.limits = limits;
    this.properties = properties;
  }

  @PostMapping
  @Operation(summary = "The title of an abstract")
  CompletableFuture<Title> title(@RequestBody TitleRequest body, HttpServletRequest request) {
    limits.take(request, 1);
    return titles.title(body);
  }

  @PostMapping("/batch")
  @Operation(
      summary = "The titles of several abstracts",
      description =
          "Each item has its own outcome, in the order of the request. The status is 200 also where"
              + " items failed.")
  CompletableFuture<Outcomes> batch(@RequestBody TitleBatch body, HttpServletRequest request) {
    List<TitleRequest> requests = body.requests(Math.min(properties.maxItems(), limits.most()));
    limits.take(request, requests.size());
    return titles.batch(requests);
  }

  @PostMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(
      summary = "The title piece by piece, as server-sent events",
      description =
          "The events are chunk with {\"text\": …} for each piece, then done with the same object"
              + " as from /api/titles, or problem with a problem detail.")
  @ApiResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
              schema = @Schema(type = "string"),
              examples = @ExampleObject(ApiExamples.STREAM)))
  SseEmitter stream(@RequestBody TitleRequest body, HttpServletRequest request) {
    limits.take(request, 1);
    return titles.stream(body);
  }
}
