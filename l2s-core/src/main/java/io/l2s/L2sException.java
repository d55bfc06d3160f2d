package io.l2s;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything l2s throws on purpose.
 *
 * <p>Messages name settings as the options classes do, such as {@code queueCapacity}. A host that
 * has names of its own for them, such as properties or command-line options, shows {@link
 * #messageFor} instead of {@link #getMessage}.
 */
public abstract class L2sException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final List<String> settings;
  private volatile @Nullable String model;

  /**
   * @param settings names of the settings that the message mentions
   */
  protected L2sException(String message, @Nullable Throwable cause, String... settings) {
    super(message, cause);
    this.settings = List.of(settings);
  }

  /** The problem; never null. */
  @Override
  public String getMessage() {
    return Objects.requireNonNullElse(super.getMessage(), "");
  }

  /** Names of the settings that the message mentions, as the options classes name them. */
  public List<String> settings() {
    return settings;
  }

  /**
   * The name of the model that refused or failed, where a host that serves several models has set
   * it.
   */
  public Optional<String> model() {
    return Optional.ofNullable(model);
  }

  /**
   * Sets the name of the model that refused or failed; a host calls it where the model is known.
   */
  public void setModel(String name) {
    this.model = Objects.requireNonNull(name, "name");
  }

  /**
   * The message with every setting named as {@code nameOf} names it.
   *
   * @param nameOf gives a host's name of a setting; its argument where the host has none
   */
  public String messageFor(UnaryOperator<String> nameOf) {
    return renamed(getMessage(), nameOf);
  }

  final String renamed(String text, UnaryOperator<String> nameOf) {
    String renamed = text;
    for (String setting : settings) {
      renamed =
          // Not within a path or a longer name.
          Pattern.compile("(?<![\\w./\\\\-])" + Pattern.quote(setting) + "(?![\\w./\\\\-])")
              .matcher(renamed)
              .replaceAll(Matcher.quoteReplacement(nameOf.apply(setting)));
    }
    return renamed;
  }
}
