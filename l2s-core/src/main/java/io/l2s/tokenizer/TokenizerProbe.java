package io.l2s.tokenizer;

import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads and writes a text once at load, so that a file that no text gets through is refused. */
final class TokenizerProbe {

  /** Every character of ASCII, letters of several scripts, and runs that slow expressions fear. */
  private static final String TEXT =
      IntStream.rangeClosed('\t', '~').mapToObj(Character::toString).collect(Collectors.joining())
          + " Where is the station? äöüß éñ Жук 日本 語 ́ 🍎 1234567890 "
          + "a".repeat(60)
          + "b"
          + " ".repeat(60)
          + "\n\n\u2028x";

  private TokenizerProbe() {}

  static void run(Path file, TokenizerSteps steps) {
    try {
      for (String text : List.of(TEXT, "a", "")) {
        steps.decode(steps.encode(text, true), false);
      }
    } catch (InvalidTokenizerException e) {
      throw new ModelLoadException(file, List.of(e.getMessage()), e);
    } catch (NoTokenException e) {
      // Such a file serves texts that its vocabulary covers.
      return;
    }
  }
}
