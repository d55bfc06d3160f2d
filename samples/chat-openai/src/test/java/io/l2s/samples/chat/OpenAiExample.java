package io.l2s.samples.chat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

/** OpenAI's own client asks the running sample. */
public final class OpenAiExample {

  private OpenAiExample() {}

  public static void main(String[] args) {
    OpenAIClient client =
        OpenAIOkHttpClient.builder()
            .baseUrl(args.length > 0 ? args[0] : "http://localhost:8080/v1")
            .apiKey("none") // the client wants one, the endpoint checks none
            .build();
    try {
      client.models().list().data().forEach(each -> System.out.println("model: " + each.id()));

      ChatCompletionCreateParams question =
          ChatCompletionCreateParams.builder()
              .model("en-de")
              .addUserMessage("Where is the station?")
              .temperature(0.0)
              .maxCompletionTokens(64)
              .build();

      ChatCompletion answer = client.chat().completions().create(question);
      System.out.println("answer: " + answer.choices().get(0).message().content().orElse(""));

      System.out.print("stream: ");
      try (StreamResponse<ChatCompletionChunk> stream =
          client.chat().completions().createStreaming(question)) {
        stream.stream()
            .flatMap(chunk -> chunk.choices().stream())
            .flatMap(choice -> choice.delta().content().stream())
            .forEach(System.out::print);
      }
      System.out.println();

      try {
        client.chat().completions().create(question.toBuilder().topLogprobs(3).build());
      } catch (BadRequestException refused) {
        System.out.println("refused: " + refused.param().orElse("") + ", " + refused.statusCode());
      }
    } finally {
      client.close();
    }
  }
}
