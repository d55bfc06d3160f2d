package io.l2s.tokenizer;

import static io.l2s.tokenizer.HostileFiles.END;
import static io.l2s.tokenizer.HostileFiles.T5;
import static io.l2s.tokenizer.HostileFiles.TEXT;
import static io.l2s.tokenizer.HostileFiles.assertRefused;
import static io.l2s.tokenizer.HostileFiles.json;
import static io.l2s.tokenizer.HostileFiles.object;
import static io.l2s.tokenizer.HostileFiles.replace;
import static io.l2s.tokenizer.HostileFiles.template;
import static io.l2s.tokenizer.HostileFiles.with;
import static io.l2s.tokenizer.HostileFiles.write;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Templates and steps that made the Rust library of the reference abort the process, or take
 * minutes and gigabytes, and others of their kinds.
 */
@Timeout(30)
class HostileStepsTest {

  @TempDir Path directory;

  @Test
  void refusesATemplateWithoutItsToken() throws IOException {
    assertRefused(
        with(directory, T5, "post_processor", template(TEXT + "," + END, "{}")),
        "post_processor.special_tokens must have the token \"</s>\" of the template");
  }

  @Test
  void refusesATemplateWithAnIdOfNoToken() throws IOException {
    String token = "{\"</s>\":{\"id\":\"</s>\",\"ids\":[99999],\"tokens\":[\"</s>\"]}}";
    assertRefused(
        with(directory, T5, "post_processor", template(TEXT + "," + END, token)),
        "post_processor.special_tokens.</s>.ids[0] must be the id of a token, at most 699, but was"
            + " 99999");
    assertRefused(
        with(
            directory,
            T5,
            "post_processor",
            object("{\"type\":\"BertProcessing\",\"sep\":[\"x\",5000],\"cls\":[\"y\",1]}")),
        "post_processor.sep[1] must be the id of a token, at most 699, but was 5000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}",
        "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}",
        "{\"SpecialToken\":{\"id\":\"</s>\",\"type_id\":0}}",
        "{}",
        "1"
      })
  void refusesATemplateThatIsNoneOfOneText(String pieces) throws IOException {
    String token = "{\"</s>\":{\"id\":\"</s>\",\"ids\":[1],\"tokens\":[\"</s>\"]}}";
    assertRefused(
        with(directory, T5, "post_processor", template(pieces, token)), "post_processor.single");
  }

  @ParameterizedTest
  @CsvSource({
    "normalizer,normalizers,Sequence",
    "pre_tokenizer,pretokenizers,Sequence",
    "post_processor,processors,Sequence",
    "decoder,decoders,Sequence"
  })
  void refusesSequencesInSequences(String component, String list, String type) throws IOException {
    for (int depth : new int[] {10, 100, 10_000}) {
      String opening = "{\"type\":\"" + type + "\",\"" + list + "\":[";
      String json = json(T5, component, opening.repeat(depth) + "]}".repeat(depth));

      assertRefused(write(directory, json), component);
    }
  }

  @Test
  void stripsTheEndsOfShortTokens() throws IOException {
    String decoder =
        """
        {"type":"Sequence","decoders":[
          {"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
          {"type":"Strip","content":" ","start":2,"stop":3}]}""";
    Tokenizer tokenizer = Tokenizer.load(with(directory, T5, "decoder", object(decoder)));
    for (int id = 0; id <= tokenizer.maxTokenId(); id++) {
      int one = id;
      assertThatCode(() -> tokenizer.decode(one, one)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"FixedLength\",\"length\":0}",
        "{\"type\":\"UnicodeScripts\"}",
        "{\"type\":\"Nothing\"}",
        "{\"type\":null}",
        "{}",
        "[]",
        "\"ByteLevel\""
      })
  void refusesStepsThatItDoesNotKnow(String step) throws IOException {
    for (String component : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
      assertRefused(write(directory, json(T5, component, step)), component);
    }
  }

  @Test
  void refusesContentsThatLengthenTexts() throws IOException {
    String one = replace(".", "a".repeat(1_000)).toString();
    String three = "{\"type\":\"Sequence\",\"normalizers\":[" + one + "," + one + "," + one + "]}";
    assertRefused(
        with(directory, T5, "normalizer", object(three)),
        "normalizer.normalizers[0].content must be at most 64 characters, but was of 1000");
  }

  @Test
  void refusesShortContentsThatLengthenTextsTogether() throws IOException {
    String one = replace(".", "a".repeat(64)).toString();
    String three = "{\"type\":\"Sequence\",\"normalizers\":[" + one + "," + one + "," + one + "]}";
    assertRefused(
        with(directory, T5, "normalizer", object(three)),
        "normalizer makes more than",
        "characters of a text");
    assertRefused(
        with(directory, T5, "decoder", object(three.replace("normalizers", "decoders"))),
        "decoder makes more than");
    String spelled = "{\"type\":\"ByteLevel\",\"add_prefix_space\":true}";
    assertRefused(
        with(
            directory,
            T5,
            "pre_tokenizer",
            object(
                "{\"type\":\"Sequence\",\"pretokenizers\":["
                    + (spelled + ",").repeat(30)
                    + spelled
                    + "]}")),
        "pre_tokenizer makes more than");
  }
}
