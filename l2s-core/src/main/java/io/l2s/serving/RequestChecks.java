package io.l2s.serving;

import io.l2s.ChatMessage;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.InvalidRequestException;
import io.l2s.PromptTooLongException;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.decoding.SearchSettings;
import io.l2s.decoding.StopStrings;
import io.l2s.tokenizer.UnreadableTextException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Turns a request into ids and search settings, or refuses it naming field, bound and value.
 * Thread-safe.
 */
final class RequestChecks {

  /** Ids before a stop string; the text of an id depends on the ids before it. */
  private static final int TAIL_MARGIN = 8;

  private final Map<Route, RoutePath> paths;
  private final Function<Route, String> needs;
  private final ServingOptions options;
  private final LookupChecks lookups;

  /**
   * @param needs gives the parts that a route needs
   */
  RequestChecks(
      Map<Route, RoutePath> paths, Function<Route, String> needs, ServingOptions options) {
    this.paths = paths;
    this.needs = needs;
    this.options = options;
    this.lookups = new LookupChecks(options.defaults().promptLookup());
  }

  /** The search settings of {@code request}. */
  SearchSettings settings(RoutePath path, GenerationRequest request, int[] promptIds) {
    GenerationOptions search = request.options();
    int promptTokens = promptIds.length;
    if (!path.batched()) {
      requireOneSequence("numBeams", search.numBeams(), path.route());
      requireOneSequence("numReturnSequences", search.numReturnSequences(), path.route());
    }
    int rows = rows(search, promptTokens);
    int maxNewTokens = maxNewTokens(path, request, promptTokens, rows);
    if (search.constraints().minNewTokens() > maxNewTokens) {
      throw new InvalidRequestException(
          "minNewTokens",
          "at most maxNewTokens, " + maxNewTokens,
          search.constraints().minNewTokens(),
          "maxNewTokens");
    }
    String forced = search.constraints().forcedPrefix();
    List<Integer> prefix = forced.isEmpty() ? List.of() : answerIds(path, "forcedPrefix", forced);
    int first = prefix.isEmpty() || path.forced().first().isEmpty() ? 0 : 1;
    if (first + prefix.size() > maxNewTokens) {
      throw new InvalidRequestException(
          "forcedPrefix",
          "at most maxNewTokens, "
              + maxNewTokens
              + ", tokens long"
              + (first > 0 ? ", the one that the model begins every answer with included" : ""),
          first + prefix.size(),
          "maxNewTokens");
    }
    requireKnown(search.constraints().badWordsIds(), path.vocabulary());
    SearchSettings settings =
        new SearchSettings(
            seeded(search),
            path.eosIds(),
            maxNewTokens,
            path.vocabulary(),
            Arrays.stream(path.penaltyPrefix().apply(promptIds)).boxed().toList(),
            prefix,
            path.forced(),
            stopped(path, rows, search.constraints().stop()),
            completesBadWord(path, search.constraints().badWords()),
            lookups.drafts(path, request, promptIds, () -> promptText(path, request)));
    requireAllowed(path, settings, forced);
    return settings;
  }

  /** The options with a seed, drawn once for all that a request needs of one. */
  private static GenerationOptions seeded(GenerationOptions options) {
    return options.sampling().filter(sampling -> sampling.seed().isEmpty()).isPresent()
        ? options.toBuilder().seed(ThreadLocalRandom.current().nextLong()).build()
        : options;
  }

  private static void requireKnown(List<List<Integer>> sequences, int vocabulary) {
    for (List<Integer> sequence : sequences) {
      for (int id : sequence) {
        if (id >= vocabulary) {
          throw new InvalidRequestException(
              "badWordsIds", "below the size of the vocabulary, " + vocabulary, id);
        }
      }
    }
  }

  /** The tokenizer may change what the prefix spells, such as the form of its letters. */
  private static void requireAllowed(RoutePath path, SearchSettings settings, String forced) {
    List<String> badWords = settings.options().constraints().badWords();
    if (!badWords.isEmpty() && !settings.beginning().isEmpty()) {
      String text = path.answers().textEnd(settings.beginning(), Integer.MAX_VALUE);
      for (String word : badWords) {
        if (text.contains(word)) {
          throw new InvalidRequestException(
              "forcedPrefix",
              "a text without the bad word \"" + word + "\", as the tokenizer reads it",
              forced);
        }
      }
    }
  }

  /**
   * Tests whether the last of an answer's ids completes a stop string. Several answers end one by
   * one; a single answer ends when its text is sent, so the test is always false for it.
   */
  private static Predicate<List<Integer>> stopped(RoutePath path, int rows, List<String> stop) {
    if (rows == 1 || stop.isEmpty()) {
      return ids -> false;
    }
    // At most four ids, as bytes, make a character; ids further back are not part of it. The margin
    // allows for ids without text.
    int longest = stop.stream().mapToInt(String::length).max().orElseThrow();
    int window = 4 * longest + TAIL_MARGIN;
    return ids -> {
      int[] tail =
          ids.stream().skip(Math.max(0, ids.size() - window)).mapToInt(Integer::intValue).toArray();
      StopStrings stopStrings = new StopStrings(stop);
      stopStrings.append(path.answers().newAnswer().append(tail));
      return stopStrings.reached();
    };
  }

  /** Tests whether an answer that ended now would hold a bad word that its last id completes. */
  private static Predicate<List<Integer>> completesBadWord(RoutePath path, List<String> words) {
    if (words.isEmpty()) {
      return ids -> false;
    }
    int longest = words.stream().mapToInt(String::length).max().orElseThrow();
    return ids -> {
      String end = path.answers().textEnd(ids, longest);
      return words.stream().anyMatch(end::contains);
    };
  }

  private static void requireOneSequence(String field, int value, Route route) {
    if (value > 1) {
      throw new InvalidRequestException(
          field, "1 on the route " + route + ", which decodes one sequence", value);
    }
  }

  private int rows(GenerationOptions search, int promptTokens) {
    int rows = Math.max(search.numBeams(), search.numReturnSequences());
    String field = search.numBeams() > 1 ? "numBeams" : "numReturnSequences";
    if (rows > options.maxBatchSize()) {
      throw new InvalidRequestException(
          field,
          "at most " + options.maxBatchSize() + ", the rows of a batch (maxBatchSize)",
          rows,
          "maxBatchSize");
    }
    int most = options.maxBatchTokens() / (promptTokens + 1);
    if (rows > most) {
      throw new InvalidRequestException(
          field,
          "at most " + most + " for a prompt of " + promptTokens + " tokens, " + tokensOfABatch(),
          rows,
          "maxBatchTokens");
    }
    return rows;
  }

  private String tokensOfABatch() {
    return "as a batch holds " + options.maxBatchTokens() + " in all (maxBatchTokens)";
  }

  private static List<Integer> answerIds(RoutePath path, String field, String text) {
    int[] ids = ids(field, text, path.answers()::encodeAnswer);
    if (ids.length == 0) {
      throw new InvalidRequestException(
          field, "text that the tokenizer makes at least 1 token of", "\"" + text + "\"");
    }
    return Arrays.stream(ids).boxed().toList();
  }

  /** The requested number; the default is cut to what the model's context leaves. */
  private int maxNewTokens(RoutePath path, GenerationRequest request, int promptTokens, int rows) {
    int context = path.limits().answerTo(promptTokens);
    int wanted =
        request.maxNewTokens().orElse(Math.min(context, options.defaults().maxNewTokens()));
    if (wanted > context) {
      throw new InvalidRequestException(
          "maxNewTokens",
          "at most "
              + context
              + " for a prompt of "
              + promptTokens
              + " tokens, as the models of the route "
              + path.route()
              + " have no positions for more",
          wanted);
    }
    int most = options.maxBatchTokens() / rows - promptTokens;
    if (wanted > most) {
      throw new InvalidRequestException(
          "maxNewTokens",
          "at most "
              + most
              + " for a prompt of "
              + promptTokens
              + " tokens"
              + (rows > 1 ? " in " + rows + " rows" : "")
              + ", "
              + tokensOfABatch(),
          wanted,
          "maxBatchTokens");
    }
    return wanted;
  }

  /** The path of {@code route}. */
  RoutePath path(Route route) {
    RoutePath path = paths.get(route);
    if (path == null) {
      throw new InvalidRequestException(
          "route", "one of " + paths.keySet() + " (" + needs.apply(route) + ")", route);
    }
    return path;
  }

  /** The ids of the prompt, or of the one that the chat template writes. */
  int[] promptIds(RoutePath path, GenerationRequest request) {
    String prompt = notTooLong(promptText(path, request));
    return checked(
        path,
        request.messages().isEmpty()
            ? ids("prompt", prompt, path.prompts()::encode)
            : ids("prompt", prompt, path.prompts()::encodeChat));
  }

  /** The prompt, or the one that the chat template writes. */
  private String promptText(RoutePath path, GenerationRequest request) {
    List<ChatMessage> messages = request.messages();
    if (messages.isEmpty()) {
      return request.prompt();
    }
    requireCharacters(messages.stream().mapToLong(each -> each.text().length()).sum());
    return path.prompts().chatPrompt(messages);
  }

  /** The ids of a request's text, which its caller chose. */
  private static int[] ids(String field, String text, Function<String, int[]> encoding) {
    try {
      return encoding.apply(text);
    } catch (UnreadableTextException e) {
      throw new InvalidRequestException(
          field, "text that the model's tokenizer reads", "refused: " + e.problem());
    }
  }

  private String notTooLong(String prompt) {
    requireCharacters(prompt.length());
    return prompt;
  }

  private void requireCharacters(long length) {
    if (length > options.maxPromptCharacters()) {
      throw new PromptTooLongException(
          "characters", options.maxPromptCharacters(), (int) Math.min(Integer.MAX_VALUE, length));
    }
  }

  private int[] checked(RoutePath path, int[] ids) {
    if (ids.length > options.maxPromptTokens()) {
      throw new PromptTooLongException("tokens", options.maxPromptTokens(), ids.length);
    }
    int most = Math.min(path.limits().prompt(), path.limits().together() - 1);
    if (ids.length > most) {
      throw new PromptTooLongException(
          "tokens", most, ids.length, "as the model has no positions for more");
    }
    if (ids.length == 0) {
      throw new InvalidRequestException("prompt", "at least 1 token long", "0 tokens");
    }
    return ids;
  }
}
