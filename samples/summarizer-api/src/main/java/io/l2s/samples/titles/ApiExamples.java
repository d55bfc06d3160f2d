package io.l2s.samples.titles;

/** The examples on the page of the API. */
final class ApiExamples {

  static final String TEXT =
      "We present a neural machine translation system for low-resource languages. It is trained on"
          + " monolingual data and a small parallel corpus. Experiments on four language pairs show"
          + " that our approach improves over strong baselines.";

  static final String STREAM =
      """
      event:chunk
      data:{"text":"Neural"}

      event:chunk
      data:{"text":" Machine"}

      event:done
      data:{"title":"Neural Machine", "route":"HYBRID"}
      """;

  private ApiExamples() {}
}
