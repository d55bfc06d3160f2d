package io.l2s.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.test.FakeHybridLanguageModel;
import java.nio.charset.Charset;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** The controller where no filter has checked the body, as with a filter of the application. */
class OpenAiBodyTests {

  private static final int LIMIT = 200;

  private final FakeHybridLanguageModel model = FakeHybridLanguageModel.builder().build();
  private final OpenAiController controller =
      new OpenAiController(
          ServedModels.of(Map.of("m", model), List.of(), null), LIMIT, Clock.systemUTC());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json;charset=UTF-16|UTF-16|415|in UTF-8, but was",
        "application/json;charset=ISO-8859-1|ISO-8859-1|415|in UTF-8, but was",
        "text/plain|UTF-8|415|in UTF-8, but was",
        "application/json|ISO-8859-1|400|body must be text in UTF-8"
      })
  void itRefusesOtherCharsetsAndBytesThatAreNoUtf8(
      String type, String charset, int status, String message) {
    MockHttpServletRequest request = request(type, charset);
    assertThatThrownBy(() -> controller.completion(request))
        .isInstanceOfSatisfying(
            OpenAiException.class,
            refused -> {
              assertThat(refused.error().status().value()).isEqualTo(status);
              assertThat(refused.error().message()).contains(message);
            });
  }

  @Test
  void itReadsUtf8() throws Exception {
    model.answer("x");
    assertThat(controller.completion(request("application/json;charset=utf-8", "UTF-8")))
        .isNotNull();
  }

  @Test
  void anEmptyBodyWithoutContentTypeIsNoJsonObject() {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/completions");
    assertThatThrownBy(() -> controller.completion(request))
        .hasMessage("the body must be a JSON object");
  }

  @Test
  void bytesThatLookLikeUtf32AreRefused() {
    MockHttpServletRequest request = request("application/json", "UTF-8");
    request.setContent(new byte[] {0, 0, 0, '{', 0, 0x11, 0, 0});
    assertThatThrownBy(() -> controller.completion(request))
        .hasMessage("body must be text in UTF-8, but was bytes of zero, as in UTF-16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void plainTextInAnotherCharsetThatNoHeaderNamesIsRefused(String charset) {
    MockHttpServletRequest request = request("application/json", "UTF-8");
    request.setContent("{\"model\": \"m\", \"prompt\": \"x\"}".getBytes(Charset.forName(charset)));
    assertThatThrownBy(() -> controller.completion(request))
        .hasMessage("body must be text in UTF-8, but was bytes of zero, as in UTF-16");
  }

  private static MockHttpServletRequest request(String type, String charset) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/completions");
    request.setContentType(type);
    request.setContent(
        "{\"model\": \"m\", \"prompt\": \"für\"}".getBytes(Charset.forName(charset)));
    return request;
  }
}
