package io.l2s.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.l2s.Degradation.Cause;
import io.l2s.QueueFullException;
import io.l2s.Route;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;

/** The example of docs/testing.md: a controller on a model without weights. */
@WebMvcTest(TranslationController.class)
@AutoConfigureL2sTest
@TestPropertySource(properties = "l2s.bundle=/srv/models/en-de")
class TranslationControllerTests {

  @Autowired private MockMvc mvc;
  @Autowired private FakeHybridLanguageModel model;

  @Test
  void answersWithTheTranslation() throws Exception {
    model.answer("Wo ist ", "der Bahnhof?");

    MvcResult waiting =
        mvc.perform(get("/translation").param("text", "Where is the station?")).andReturn();

    mvc.perform(asyncDispatch(waiting))
        .andExpect(status().isOk())
        .andExpect(jsonPath("$.text").value("Wo ist der Bahnhof?"))
        .andExpect(jsonPath("$.degraded").doesNotExist());
    assertThat(model.calls())
        .singleElement()
        .extracting(call -> call.request().prompt())
        .isEqualTo("Where is the station?");
  }

  @Test
  void saysThatTheLargeModelAnswered() throws Exception {
    model.answer(FakeAnswer.of("Wo?").degraded(Route.HYBRID, Cause.SLM_FAILED, Route.LLM_ONLY));

    MvcResult waiting = mvc.perform(get("/translation").param("text", "Where?")).andReturn();

    mvc.perform(asyncDispatch(waiting))
        .andExpect(jsonPath("$.route").value("LLM_ONLY"))
        .andExpect(jsonPath("$.degraded").value("SLM_FAILED"));
  }

  @Test
  void passesARefusalOn() {
    model.answer(FakeAnswer.refusal(new QueueFullException(256)));

    assertThatThrownBy(() -> mvc.perform(get("/translation").param("text", "Where?")))
        .hasCauseInstanceOf(QueueFullException.class);
  }
}
