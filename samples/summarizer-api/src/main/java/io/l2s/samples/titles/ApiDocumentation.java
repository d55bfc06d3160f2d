package io.l2s.samples.titles;

import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Map;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ProblemDetail;

/** The page at {@code /swagger-ui.html}: what the service is, and its problems. */
@Configuration(proxyBeanMethods = false)
class ApiDocumentation {

  private static final Map<String, String> PROBLEMS_OF_TITLES =
      Map.of(
          "400", "The body is no JSON, or has a field twice.",
          "408", "The body took too long to arrive.",
          "413", "The abstract or the body is too long.",
          "415", "The body has another content type than application/json.",
          "422", "A field is out of bounds; the problem names it in field, bound and value.",
          "429", "The client has used up its titles, or has too many requests in progress.",
          "500", "The model or the service failed.",
          "503", "The model's queue is full, or the model does not respond.",
          "504", "The deadline passed.");

  private static final Map<String, String> PROBLEMS_OF_JOBS =
      Map.of(
          "400", "A parameter has the wrong type.",
          "422", "A parameter is out of bounds.",
          "503", "The database does not answer.");

  private static final Map<String, String> PROBLEMS_OF_ONE_JOB =
      Map.of(
          "400", "The id is no UUID.",
          "404", "No job has the id.",
          "503", "The database does not answer.");

  @Bean
  OpenAPI api() {
    return new OpenAPI()
        .components(
            new Components().schemas(ModelConverters.getInstance().read(ProblemDetail.class)))
        .info(
            new Info()
                .title("summarizer-api")
                .version("1")
                .description(
                    "Finds titles for scientific abstracts. Every error is a problem detail of RFC"
                        + " 9457."));
  }

  @Bean
  OpenApiCustomizer problems() {
    return api ->
        api.getPaths()
            .forEach(
                (path, item) ->
                    item.readOperations()
                        .forEach(
                            operation ->
                                problems(path)
                                    .forEach((status, text) -> add(operation, status, text))));
  }

  private static Map<String, String> problems(String path) {
    if (path.startsWith("/api/titles")) {
      return PROBLEMS_OF_TITLES;
    }
    return path.endsWith("{id}") ? PROBLEMS_OF_ONE_JOB : PROBLEMS_OF_JOBS;
  }

  private static void add(Operation operation, String status, String description) {
    ApiResponse response =
        new ApiResponse()
            .description(description)
            .content(
                new Content()
                    .addMediaType(
                        "application/problem+json",
                        new MediaType()
                            .schema(new Schema<>().$ref("#/components/schemas/ProblemDetail"))));
    if (status.equals("429") || status.equals("503")) {
      response.addHeaderObject(
          "Retry-After",
          new Header().description("Seconds until the next try").schema(new IntegerSchema()));
    }
    operation.getResponses().addApiResponse(status, response);
  }
}
