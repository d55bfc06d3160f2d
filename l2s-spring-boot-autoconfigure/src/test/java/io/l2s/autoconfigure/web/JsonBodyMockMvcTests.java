package io.l2s.autoconfigure.web;

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.request;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.RequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The filter in tests of applications: the streams of MockMvc take no listener. */
class JsonBodyMockMvcTests {

  @RestController
  static class Echo {

    @PostMapping("/now")
    String now(@RequestBody String body) {
      return body;
    }

    @PostMapping("/later")
    CompletableFuture<String> later(@RequestBody String body) {
      return CompletableFuture.completedFuture(body);
    }
  }

  private final JsonBodyFilter filter =
      new JsonBodyFilter(
          all -> true, new BodyLimits(8, Duration.ofSeconds(10)), ProblemWriter.PROBLEM_JSON);
  private final MockMvc mvc =
      MockMvcBuilders.standaloneSetup(new Echo()).addFilters(filter).build();

  @Test
  void aControllerReadsTheBody() throws Exception {
    mvc.perform(post("/now", MediaType.APPLICATION_JSON, "{\"a\":12}"))
        .andExpect(status().isOk())
        .andExpect(request().asyncNotStarted())
        .andExpect(content().string("{\"a\":12}"));
  }

  @Test
  void aControllerMayAnswerLater() throws Exception {
    MvcResult waiting =
        mvc.perform(post("/later", MediaType.APPLICATION_JSON, "{}"))
            .andExpect(request().asyncStarted())
            .andReturn();

    mvc.perform(asyncDispatch(waiting))
        .andExpect(status().isOk())
        .andExpect(content().string("{}"));
  }

  @Test
  void aLargerBodyIsRefused() throws Exception {
    mvc.perform(post("/now", MediaType.APPLICATION_JSON, "{\"a\":123}"))
        .andExpect(status().isPayloadTooLarge())
        .andExpect(jsonPath("$.bound").value("at most 8 bytes long"));
  }

  @Test
  void anotherContentTypeIsRefused() throws Exception {
    mvc.perform(post("/now", MediaType.TEXT_PLAIN, "{}"))
        .andExpect(status().isUnsupportedMediaType());
  }

  /** Without MockMvc's builder, whose methods return other types in Spring 7 than in Spring 6. */
  private static RequestBuilder post(String path, MediaType type, String body) {
    return context -> {
      MockHttpServletRequest request = new MockHttpServletRequest(context, "POST", path);
      request.setAsyncSupported(true);
      request.setContentType(type.toString());
      request.setContent(body.getBytes(StandardCharsets.UTF_8));
      return request;
    };
  }
}
