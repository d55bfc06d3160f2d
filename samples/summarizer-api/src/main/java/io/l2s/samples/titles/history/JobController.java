package io.l2s.samples.titles.history;

import io.l2s.InvalidRequestException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Serves the history. */
@RestController
@RequestMapping("/api/jobs")
@Tag(name = "jobs", description = "The history of titles")
class JobController {

  private static final int MAX_SIZE = 100;

  private final JobHistory history;

  JobController(JobHistory history) {
    this.history = history;
  }

  @GetMapping
  @Operation(summary = "A page of the history, newest first")
  JobPage page(
      @RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "20") int size) {
    if (page < 0) {
      throw new InvalidRequestException("page", "at least 0", page);
    }
    if (size < 1 || size > MAX_SIZE) {
      throw new InvalidRequestException("size", "in 1.." + MAX_SIZE, size);
    }
    return history.page(page, size);
  }

  @GetMapping("/{id}")
  @Operation(summary = "One job")
  Job job(@PathVariable UUID id) {
    return history
        .find(id)
        .orElseThrow(
            () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no job has the id " + id));
  }
}
