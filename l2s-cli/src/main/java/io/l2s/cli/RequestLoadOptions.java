package io.l2s.cli;

import io.l2s.GenerationOptions;
import io.l2s.InvalidRequestException;
import io.l2s.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The requests that {@code benchmark} sends at a time. */
final class RequestLoadOptions {

  private static final int MOST_REQUESTS = 1_000_000;

  /** Each is a thread. */
  private static final int MOST_CLIENTS = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      split = ",",
      description = "Clients that send requests at a time; no load if not given.")
  private List<Integer> concurrency = List.of();

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "64",
      description = "Requests under load for each number of clients; 64 if not given.")
  private int requests;

  @Option(
      names = "--prompts",
      paramLabel = "N",
      description =
          "Number of different prompts under load, sent in turn, so that repeated ones come"
              + " from the feature cache. Default: all prompts differ.")
  private @Nullable Integer prompts;

  @Option(
      names = {"--prompt-lookup-num-tokens", "--prompt-lookup"},
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Most tokens of a draft by prompt lookup under load; 0, no drafts, if not given. Prompts"
              + " are random, so this shows what drafts cost rather than what they gain.")
  private int promptLookup;

  /** Whether there are clients. */
  boolean given() {
    return !concurrency.isEmpty();
  }

  /** Numbers of clients, each of which is timed. */
  List<Integer> concurrency() {
    return concurrency;
  }

  /**
   * @throws ParameterException naming an option that is out of its bounds
   */
  void check() {
    within("--requests", MOST_REQUESTS, requests);
    if (prompts != null) {
      within("--prompts", MOST_REQUESTS, prompts);
    }
    concurrency.forEach(clients -> within("--concurrency", MOST_CLIENTS, clients));
  }

  private void within(String option, int high, int value) {
    OptionBounds.within(command, option, 1, high, value);
  }

  /**
   * The search of every request.
   *
   * @param routes those that are timed
   * @throws ParameterException if drafts are asked for without load, or for {@code EXACT}
   */
  GenerationOptions search(List<Route> routes) {
    if (promptLookup != 0 && (!given() || routes.contains(Route.EXACT))) {
      throw new ParameterException(
          command.commandLine(),
          given()
              ? "--prompt-lookup-num-tokens must be 0 with --route exact, on which the SLM drafts,"
                  + " but was "
                  + promptLookup
              : "--prompt-lookup-num-tokens needs --concurrency, as drafts are timed under load"
                  + " only");
    }
    try {
      return GenerationOptions.builder().promptLookupNumTokens(promptLookup).build();
    } catch (InvalidRequestException e) {
      throw new ParameterException(command.commandLine(), e.messageFor(new OptionNames(command)));
    }
  }

  /**
   * Times requests of {@code promptLength} and {@code outputLength} tokens.
   *
   * @param search of every request
   */
  LoadBenchmark benchmark(
      BenchmarkModel model,
      ModelOptions options,
      int promptLength,
      int outputLength,
      GenerationOptions search) {
    return new LoadBenchmark(
        model,
        // Repeated prompts come from the feature cache.
        prompts == null ? options.serving() : options.servingWithFeatureCache(),
        promptLength,
        outputLength,
        requests,
        prompts == null ? 0 : prompts,
        search);
  }
}
