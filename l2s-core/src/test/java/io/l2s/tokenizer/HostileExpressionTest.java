package io.l2s.tokenizer;

import static io.l2s.tokenizer.HostileFiles.T5;
import static io.l2s.tokenizer.HostileFiles.assertRefused;
import static io.l2s.tokenizer.HostileFiles.object;
import static io.l2s.tokenizer.HostileFiles.replace;
import static io.l2s.tokenizer.HostileFiles.sequence;
import static io.l2s.tokenizer.HostileFiles.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.l2s.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Expressions that made the Rust library of the reference abort the process, or take minutes and
 * gigabytes, and others of their kinds.
 */
@Timeout(30)
class HostileExpressionTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "((a+)+)+$ # a repetition of a part that repeats or chooses itself",
        "(a|a)*b # a repetition of a part that repeats or chooses itself",
        "(a|aa)+$ # a repetition of a part that repeats or chooses itself",
        "(?:a?){50}a{50} # a repetition of a part that repeats or chooses itself",
        "(a*)*? # a repetition of a part that repeats or chooses itself",
        "(?:){1000} # a repetition of a part that may be empty",
        "(?=a)* # a repetition of a part that may be empty",
        "((a{9}){9}) # a repetition of a part that repeats or chooses itself",
        "(?<=a*b)c # a repetition without end in what stands before a place",
        "(?<!a{2,})c # a repetition without end in what stands before a place",
        "(a)\\1 # \"\\1\"",
        "(?<n>a)\\k<n> # a group with options or a name",
        "a{100000} # a brace that counts nothing",
        "a{1001} # a count outside 1..1000",
        "a** # a repetition of a repetition",
        "(a # a group without its end",
        "a) # a closing parenthesis without an opening one",
        "[a # a class without its end",
        "[^] # an empty class",
        "[z-a] # a range that is none",
        "[a&&b] # an intersection of classes",
        "\\p{Nothing} # the property \"Nothing\"",
        "\\R # \"\\R\"",
        "a\\ # a backslash at the end",
      })
  void refusesExpressionsThatItDoesNotRead(String regex, String problem) throws IOException {
    JsonObject pattern = new JsonObject();
    pattern.addProperty("Regex", regex);
    JsonObject replace = object("{\"type\":\"Replace\",\"content\":\"x\"}");
    replace.add("pattern", pattern);

    assertRefused(with(directory, T5, "normalizer", replace), "normalizer.pattern.Regex", problem);
  }

  @Test
  void refusesGroupsInGroupsWithoutEnd() throws IOException {
    assertRefused(
        with(
            directory, T5, "normalizer", replace("(".repeat(2_000) + "a" + ")".repeat(2_000), "x")),
        "normalizer.pattern.Regex",
        "groups in more than 16 others");
  }

  @Test
  void refusesATextThatAnExpressionIsSlowOn() throws IOException {
    Tokenizer tokenizer =
        Tokenizer.load(with(directory, T5, "normalizer", replace("a*a*a*a*b", "x")));
    assertThat(tokenizer.encode("station")).isNotEmpty();
    assertThatThrownBy(() -> tokenizer.encode("a".repeat(3_000)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("normalizer.pattern.Regex takes too long for a text of 3000");
  }

  @Test
  void stepsShareTheTimeThatATextMayTake() throws IOException {
    // Each of them looks at the text some 600 000 times and changes nothing.
    String slow = replace("a*a*b", "x").toString();
    String text = "a".repeat(150);
    for (String component : List.of("normalizer", "decoder")) {
      String list = component + "s";
      String first = component.equals("decoder") ? "{\"type\":\"Fuse\"}," : "";
      Tokenizer one =
          Tokenizer.load(with(directory, T5, component, sequence(list, first + slow, 1)));
      assertThat(one.decode(one.encode(text))).contains("aaa");
      JsonObject steps = sequence(list, first + (slow + ",").repeat(62) + slow, 1);
      assertThatThrownBy(
              () -> {
                Tokenizer many = Tokenizer.load(with(directory, T5, component, steps));
                many.decode(many.encode(text));
              })
          .hasMessageContaining(component + "." + list)
          .hasMessageContaining("takes too long");
    }
  }

  @Test
  void refusesMoreStepsThanAnyTextNeeds() throws IOException {
    String step = "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}";
    Tokenizer.load(with(directory, T5, "normalizer", sequence("normalizers", step, 64)));
    assertRefused(
        with(directory, T5, "normalizer", sequence("normalizers", step, 65)),
        "normalizer.normalizers must be at most 64 components, with those of sequences in it, but"
            + " was 65");
    String nested = sequence("normalizers", step, 10).toString();
    assertRefused(
        with(directory, T5, "normalizer", sequence("normalizers", nested, 10)), "but was 110");
    String split = "{\"type\":\"Digits\",\"individual_digits\":true}";
    assertRefused(
        with(directory, T5, "pre_tokenizer", sequence("pretokenizers", split, 65)),
        "pre_tokenizer.pretokenizers must be at most 64 components");
    assertRefused(
        with(directory, T5, "decoder", sequence("decoders", "{\"type\":\"Fuse\"}", 65)),
        "decoder.decoders must be at most 64 components");
  }

  @Test
  void refusesAClassOfManyItems() throws IOException {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < 257; i++) {
      items.append(Character.toString(0x4E00 + 2 * i));
    }
    String largest = items.substring(1);
    Tokenizer.load(with(directory, T5, "normalizer", replace("[" + largest + "]", "x")));
    for (String regex : List.of("[" + items + "]", "[^" + largest + "[a]]")) {
      assertRefused(
          with(directory, T5, "normalizer", replace(regex, "x")),
          "normalizer.pattern.Regex has a class of more than 256 characters, ranges and classes");
    }
  }

  @Test
  void readsTheExpressionsOfLargeVocabularies() throws IOException {
    for (String regex :
        List.of(
            // Llama 3
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
                + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            // Qwen
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
                + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            // GPT-4o
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
                + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
                + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
                + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
                + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            // BLOOM
            " ?[^(\\s|[.,!?…。，、।۔،])]+")) {
      Tokenizer tokenizer = Tokenizer.load(with(directory, T5, "normalizer", replace(regex, "a")));
      assertThat(tokenizer.encode("Where is the station? ".repeat(500))).isNotEmpty();
    }
  }
}
