package io.l2s.chat;

import io.l2s.ChatMessage;
import io.l2s.ChatTemplateException;
import io.l2s.Excerpt;
import io.l2s.InvalidRequestException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The template by which an instruct model writes messages as one prompt, run as {@code
 * apply_chat_template} of transformers does without tools and documents.
 *
 * <p>It is Jinja 3.1 but for inheritance, inclusion, recursive loops and a few filters. A template
 * is a file from elsewhere: it reaches no Java object, and steps, nesting, lists and texts are
 * bounded. One that cannot be run states its {@link #problem}, and {@link #prompt} refuses
 * messages. Thread-safe.
 */
public final class ChatTemplate {

  private static final int MAX_SOURCE = 256 << 10;

  private static final int LONGEST_MESSAGE = 1_000;

  /** Templates may take some forms of a conversation alone. */
  private static final List<List<ChatMessage>> SAMPLES =
      List.of(
          List.of(ChatMessage.user("Hello")),
          List.of(ChatMessage.system("Be brief."), ChatMessage.user("Hello")),
          List.of(ChatMessage.user("Hello"), ChatMessage.assistant("Hi"), ChatMessage.user("Bye")),
          List.of(
              ChatMessage.system("Be brief."),
              ChatMessage.user("Hello"),
              ChatMessage.assistant("Hi"),
              ChatMessage.user("Bye")));

  private final Path file;
  private final Map<String, String> specialTokens;
  private final Clock clock;
  private final List<Statement> statements;
  private final @Nullable ChatTemplateException problem;

  private ChatTemplate(
      Path file,
      Map<String, String> specialTokens,
      Clock clock,
      List<Statement> statements,
      @Nullable ChatTemplateException problem) {
    this.file = file;
    this.specialTokens = Map.copyOf(specialTokens);
    this.clock = clock;
    this.statements = statements;
    this.problem = problem;
  }

  /**
   * Reads {@code source} and tries it on some conversations.
   *
   * @param file where it stands, for messages
   * @param specialTokens names such as {@code bos_token} and their texts
   * @param clock the time that the template may write
   */
  public static ChatTemplate parse(
      Path file, String source, Map<String, String> specialTokens, Clock clock) {
    List<Statement> statements;
    try {
      statements = statements(file, source);
    } catch (ChatTemplateException e) {
      return new ChatTemplate(file, specialTokens, clock, List.of(), e);
    }
    ChatTemplate template = new ChatTemplate(file, specialTokens, clock, statements, null);
    return template
        .failureOfAllSamples()
        .map(failure -> new ChatTemplate(file, specialTokens, clock, statements, failure))
        .orElse(template);
  }

  /** Why no sample can be written; empty if one can, or if the template refuses one. */
  private Optional<ChatTemplateException> failureOfAllSamples() {
    ChatTemplateException first = null;
    for (List<ChatMessage> sample : SAMPLES) {
      try {
        prompt(sample, true);
        return Optional.empty();
      } catch (ChatTemplateException e) {
        first = first == null ? e : first;
      } catch (InvalidRequestException refused) {
        return Optional.empty();
      }
    }
    return Optional.ofNullable(first);
  }

  /** A template that cannot be run, since its file is at fault. */
  static ChatTemplate unusable(Path file, String problem) {
    return new ChatTemplate(
        file, Map.of(), Clock.systemDefaultZone(), List.of(), failure(file, 0, problem));
  }

  private static List<Statement> statements(Path file, String source) {
    if (source.length() > MAX_SOURCE) {
      throw failure(
          file, 0, "has more than " + MAX_SOURCE + " characters, namely " + source.length());
    }
    Lexer lexer = new Lexer(source);
    List<Token> tokens;
    try {
      tokens = lexer.tokens();
    } catch (TemplateError e) {
      throw failure(file, lexer.line(), e.getMessage());
    }
    TokenStream stream = new TokenStream(tokens);
    try {
      return new TemplateParser(stream).template();
    } catch (TemplateError e) {
      throw failure(file, stream.line(), e.getMessage());
    }
  }

  private static ChatTemplateException failure(Path file, int line, String message) {
    String place = line == 0 ? file.toString() : file + ", line " + line;
    // A template may have a name or a number of any length.
    return new ChatTemplateException(place + ": " + Excerpt.of(message, LONGEST_MESSAGE), line);
  }

  /** Where the template stands. */
  public Path file() {
    return file;
  }

  /** Why the template cannot be run; empty if it can. */
  public Optional<ChatTemplateException> problem() {
    return Optional.ofNullable(problem);
  }

  /**
   * The prompt for {@code messages}; the template writes special tokens itself.
   *
   * @param generationPrompt whether the prompt ends where the model's answer begins
   * @throws InvalidRequestException if the template refuses the messages
   * @throws ChatTemplateException if it cannot be run
   */
  public String prompt(List<ChatMessage> messages, boolean generationPrompt) {
    if (problem != null) {
      throw new ChatTemplateException(problem.problem(), problem.line());
    }
    Budget budget = new Budget();
    Evaluator evaluator = new Evaluator(budget);
    Scope globals = new Scope(Functions.of(budget, LocalDateTime.now(clock)));
    specialTokens.forEach(globals::set);
    globals.set("messages", messages.stream().map(ChatTemplate::dict).toList());
    globals.set("add_generation_prompt", generationPrompt);
    globals.set("tools", None.NONE);
    globals.set("documents", None.NONE);
    try {
      return new Renderer(evaluator).text(statements, new Scope(globals));
    } catch (TemplateError e) {
      if (e.isRefusal()) {
        throw new InvalidRequestException(
            "messages",
            "such as the chat template takes ("
                + Excerpt.of(String.valueOf(e.getMessage()), LONGEST_MESSAGE)
                + ")",
            messages.stream().map(ChatMessage::role).toList());
      }
      throw failure(file, evaluator.line(), e.getMessage());
    } catch (RuntimeException e) {
      throw failure(file, evaluator.line(), "fails: " + e);
    }
  }

  private static Map<Object, Object> dict(ChatMessage message) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    dict.put("role", message.role());
    dict.put("content", message.text());
    return dict;
  }
}
