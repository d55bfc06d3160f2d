package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The repository's documents keep its own rules. */
class MarkdownTest {

  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  private static final Pattern MAXIMUM = Pattern.compile("(?m)^max_line_length = (\\d+)$");

  /** A line that holds one link, image or address and nothing else. */
  private static final Pattern ONLY_LINK =
      Pattern.compile("\\s*([-*] )?(!?\\[[^\\]]*]\\(\\S+\\)|<?https?://\\S+)[.,:;]?");

  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

  private static final Pattern INLINE_CODE = Pattern.compile("`[^`]*`");

  private static final Pattern WITHOUT_SUBJECT =
      Pattern.compile("(?:^[-*>#|\\s]*|[.!?] +|\\| )(Of |Told |Open about it)");

  private static final List<Document> DOCUMENTS = documents();

  private record Document(Path file, List<String> lines) {

    static Document read(Path file) {
      try {
        return new Document(file, Files.readAllLines(file));
      } catch (IOException e) {
        throw new UncheckedIOException(file + " cannot be read", e);
      }
    }

    /** Calls {@code reader} with the place and the text of every line, code left out. */
    void eachLineOfText(BiConsumer<String, String> reader) {
      boolean code = false;
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (line.strip().startsWith("```")) {
          code = !code;
        } else if (!code) {
          reader.accept(place(i), INLINE_CODE.matcher(line).replaceAll(""));
        }
      }
    }

    String place(int index) {
      return REPOSITORY.relativize(file) + ":" + (index + 1);
    }
  }

  @Test
  void theReadmeIsAmongTheDocuments() {
    assertThat(DOCUMENTS).extracting(Document::file).contains(REPOSITORY.resolve("README.md"));
  }

  @Test
  void linesFitTheColumnsOfTheEditorConfiguration() throws IOException {
    int maximum = maximumColumns();
    List<String> tooLong = new ArrayList<>();
    for (Document document : DOCUMENTS) {
      for (int i = 0; i < document.lines().size(); i++) {
        String line = document.lines().get(i);
        int columns = line.codePointCount(0, line.length());
        boolean free = line.strip().startsWith("|") || ONLY_LINK.matcher(line).matches();
        if (columns > maximum && !free) {
          tooLong.add(document.place(i) + ": " + columns + " columns, at most " + maximum);
        }
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void relativeLinksLeadToFiles() {
    List<String> broken = new ArrayList<>();
    for (Document document : DOCUMENTS) {
      document.eachLineOfText(
          (place, line) -> {
            Matcher link = LINK.matcher(line);
            while (link.find()) {
              String target = link.group(1).replaceFirst("#.*", "");
              boolean elsewhere = target.isEmpty() || target.matches("[a-z]+:.*");
              if (!elsewhere && !Files.exists(document.file().resolveSibling(target))) {
                broken.add(place + ": " + target + " does not exist");
              }
            }
          });
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void sentencesBeginWithTheirSubject() {
    List<String> found = new ArrayList<>();
    for (Document document : DOCUMENTS) {
      document.eachLineOfText(
          (place, line) -> {
            Matcher beginning = WITHOUT_SUBJECT.matcher(line);
            if (beginning.find()) {
              found.add(place + ": a sentence begins with \"" + beginning.group(1).strip() + "\"");
            }
          });
    }
    assertThat(found).isEmpty();
  }

  @Test
  void wordsHaveOneSpelling() {
    List<String> british = new ArrayList<>();
    for (Document document : DOCUMENTS) {
      document.eachLineOfText(
          (place, line) ->
              Spelling.britishWords(line).forEach(word -> british.add(place + ": " + word)));
    }
    assertThat(british).isEmpty();
  }

  private static int maximumColumns() throws IOException {
    String configuration = Files.readString(REPOSITORY.resolve(".editorconfig"));
    Matcher maximum = MAXIMUM.matcher(configuration);
    assertThat(maximum.find()).as("max_line_length in .editorconfig").isTrue();
    return Integer.parseInt(maximum.group(1));
  }

  /** All Markdown files outside of build outputs and hidden directories. */
  private static List<Document> documents() {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          REPOSITORY,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes read) {
              String name = directory.getFileName().toString();
              boolean skipped = name.equals("target") || name.startsWith(".");
              return skipped && !directory.equals(REPOSITORY)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes read) {
              if (file.toString().endsWith(".md")) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(REPOSITORY + " cannot be walked", e);
    }
    return files.stream().sorted().map(Document::read).toList();
  }
}
