package io.l2s.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.Random;

/** What the reference implementation made of some texts: {@code tokenizer_cases} of a file. */
final class ReferenceCases {

  private ReferenceCases() {}

  /** Compares ids and texts, and the text in chunks with the text as a whole. */
  static void assertReproduced(Tokenizer tokenizer, JsonObject expected) {
    assertThat(tokenizer.maxTokenId()).isEqualTo(expected.get("max_token_id").getAsInt());
    for (JsonObject each : Fixtures.objects(expected, "tokenizer_cases")) {
      String text = each.get("text").getAsString();
      int[] ids = Fixtures.ids(each, "ids");
      String decoded = each.get("decoded_skip_special").getAsString();

      assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
      assertThat(tokenizer.encodeWithoutSpecialTokens(text))
          .as(text)
          .isEqualTo(Fixtures.ids(each, "ids_without_special"));
      assertThat(tokenizer.decode(ids)).isEqualTo(decoded);
      assertThat(tokenizer.decodeWithSpecialTokens(ids))
          .isEqualTo(each.get("decoded_with_special").getAsString());
      assertThat(inChunks(tokenizer, ids)).as(text).isEqualTo(decoded);
    }
  }

  /** Compares random ids in chunks with their text as a whole. */
  static void assertChunksJoin(Tokenizer tokenizer, int rounds) {
    Random random = new Random(20240216);
    for (int round = 0; round < rounds; round++) {
      int[] ids = random.ints(random.nextInt(120), 0, tokenizer.maxTokenId() + 2).toArray();
      assertThat(inChunks(tokenizer, ids)).isEqualTo(tokenizer.decode(ids));
    }
  }

  private static String inChunks(Tokenizer tokenizer, int[] ids) {
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(detokenizer.append(id));
    }
    return text.append(detokenizer.finish()).toString();
  }
}
