package io.l2s.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.l2s.Degradation.Cause;
import io.l2s.QueueFullException;
import io.l2s.Route;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;

/** The example of docs/testing.md, with the properties of docs/controllers.md. */
@WebMvcTest(AnswerController.class)
@AutoConfigureL2sTest
@TestPropertySource(
    properties = {
      "l2s.bundle=/srv/models/en-de",
      "l2s.web.problem-details=true",
      "l2s.web.strict-json=true",
      "l2s.web.json-body.paths=/api/**",
      "l2s.web.client-limit.paths=/api/**",
      "l2s.web.allowed-hosts=localhost, 127.0.0.1"
    })
class AnswerControllerTests {

  @Autowired private MockMvc mvc;
  @Autowired private FakeHybridLanguageModel model;

  @Test
  void answersWithTheTranslation() throws Exception {
    model.answer("Wo ist ", "der Bahnhof?");

    answer("{\"text\": \"Where is the station?\"}")
        .andExpect(status().isOk())
        .andExpect(jsonPath("$.text").value("Wo ist der Bahnhof?"))
        .andExpect(jsonPath("$.degraded").value(false));
    assertThat(model.calls())
        .singleElement()
        .extracting(call -> call.request().prompt())
        .isEqualTo("Where is the station?");
  }

  @Test
  void saysThatTheLargeModelAnswered() throws Exception {
    model.answer(FakeAnswer.of("Wo?").degraded(Route.HYBRID, Cause.SLM_FAILED, Route.LLM_ONLY));

    answer("{\"text\": \"Where?\"}")
        .andExpect(jsonPath("$.route").value("LLM_ONLY"))
        .andExpect(jsonPath("$.degraded").value(true));
  }

  @Test
  void namesTheFieldThatIsEmpty() throws Exception {
    ask("{\"text\": \" \"}")
        .andExpect(status().isUnprocessableEntity())
        .andExpect(jsonPath("$.field").value("text"));
    assertThat(model.calls()).isEmpty();
  }

  @Test
  void namesTheFieldOfTheWrongType() throws Exception {
    ask("{\"text\": 5}")
        .andExpect(status().isUnprocessableEntity())
        .andExpect(jsonPath("$.field").value("text"));
  }

  @Test
  void refusesWhileTheQueueIsFull() throws Exception {
    model.answer(FakeAnswer.refusal(new QueueFullException(32)));

    ask("{\"text\": \"Where?\"}").andExpect(status().isServiceUnavailable());
  }

  private ResultActions ask(String json) throws Exception {
    return mvc.perform(post("/api/answer").contentType(MediaType.APPLICATION_JSON).content(json));
  }

  /** An answer that comes later, on a thread of the model. */
  private ResultActions answer(String json) throws Exception {
    return mvc.perform(asyncDispatch(ask(json).andReturn()));
  }
}
