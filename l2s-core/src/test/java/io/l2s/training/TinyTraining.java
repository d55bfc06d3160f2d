package io.l2s.training;

import io.l2s.Fixture;
import io.l2s.Fusion;
import io.l2s.Precision;
import io.l2s.PromptTemplate;
import io.l2s.PromptTokenizer;
import io.l2s.assembly.ModelFamilies;
import io.l2s.engine.NativeRuntime;
import io.l2s.evaluation.PairFormat;
import io.l2s.projector.ProjectorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The request of a training that takes moments, to be varied. */
final class TinyTraining {

  static class Silent implements TrainingListener {
    @Override
    public void onStep(TrainingProgress progress) {}

    @Override
    public void onValidation(int step, double loss, boolean best) {}
  }

  final Path data;
  final Path output;
  Path llm = Fixture.path("t5-llm");
  Path slm = Fixture.path("t5-relu");
  Optional<String> template = Optional.of("translate English to German: {source}");
  Fusion fusion = Fusion.ADD;
  Optional<PromptTokenizer> promptTokenizer = Optional.empty();
  ProjectorKind projector = ProjectorKind.MLP;
  int hidden = 8;
  OptionalInt featureLayer = OptionalInt.empty();
  TrainedParts trainedParts = TrainedParts.PROJECTOR_AND_SLM;
  Optional<Path> featureCache = Optional.empty();
  TrainingData.LongRows longRows = TrainingData.LongRows.REFUSE;
  Precision compute = Precision.F32;
  Precision llmPrecision = Precision.F32;
  int maxLength = 512;
  int steps = 2;
  int batchSize = 2;
  int accumulation = 1;
  double dropout;
  long seed = 1;
  double learningRate = 1e-3;
  boolean resume;
  boolean stop;

  TinyTraining(Path directory) throws IOException {
    data =
        Files.writeString(
            directory.resolve("pairs.tsv"),
            "Good morning.\tGuten Morgen.\nI like tea.\tIch mag Tee.\nHello.\tHallo.\n");
    output = directory.resolve("output");
  }

  TrainingState run(NativeRuntime runtime) {
    return TrainingRun.run(
        runtime,
        ModelFamilies::of,
        request(),
        new Silent() {
          @Override
          public boolean stopRequested() {
            return stop;
          }
        });
  }

  /** The LLM is copied into the output. */
  boolean copied;

  TrainingRequest request() {
    return new TrainingRequest(
        Optional.of(
            new LlmConditioning(
                llm,
                featureLayer,
                llmPrecision,
                projector,
                hidden,
                fusion,
                promptTokenizer,
                trainedParts,
                featureCache,
                copied)),
        slm,
        compute,
        new TrainingData(
            List.of(new TrainingData.Part(data, 1)),
            data,
            PairFormat.STANDARD,
            template.map(PromptTemplate::new),
            maxLength,
            longRows),
        output,
        resume ? TrainingRequest.Start.RESUME : TrainingRequest.Start.NEW,
        TrainingRequest.WeightFormat.F32,
        TrainingOptions.forSteps(steps)
            .batchSize(batchSize)
            .accumulation(accumulation)
            .dropout(dropout)
            .seed(seed)
            .learningRate(learningRate)
            .validateEvery(2)
            .build());
  }
}
