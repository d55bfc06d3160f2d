package io.l2s.cli;

import io.l2s.assembly.ModelFamilies;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.conversion.Shrinking;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code l2s shrink}: makes a small model from some layers of a large one. */
@Command(
    name = "shrink",
    description = {
      "Make a small model from some layers of a large one; l2s train can train it further.",
      "Embeddings, norms, head and tokenizer stay as they are. With the last layer of"
          + " an encoder of six, the first and the last of a decoder of six, and"
          + " --feature-layer 5 --projector none --fusion replace, training starts from a"
          + " model that reads exactly as the large one does and decodes with a third of"
          + " its layers."
    },
    footer = {
      "%nExample:",
      "  l2s shrink --llm models/llm --encoder-layers 5 --decoder-layers 0,5 \\",
      "      --output models/small"
    })
final class ShrinkCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--llm",
      paramLabel = "DIR",
      required = true,
      description = "Checkpoint of the large model, in Hugging Face layout.")
  private Path llm;

  @Option(
      names = "--encoder-layers",
      paramLabel = "N",
      split = ",",
      description = {
        "Numbers of the encoder's layers to keep, ascending, from 0.",
        "Leave it out for a decoder-only model."
      })
  private List<Integer> encoderLayers = List.of();

  @Option(
      names = "--decoder-layers",
      paramLabel = "N",
      split = ",",
      required = true,
      description =
          "Numbers of the layers to keep of the decoder, or of a decoder-only model, ascending,"
              + " from 0.")
  private List<Integer> decoderLayers;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Directory to write; must not exist or be empty.")
  private Path output;

  @Override
  public Integer call() {
    Checkpoint small =
        Shrinking.shrink(ModelFamilies::of, llm, output, encoderLayers, decoderLayers);
    command
        .commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%s: %,.1f million weights of %,.1f million%n",
            output,
            small.parameters() / 1e6,
            Checkpoint.open(llm).parameters() / 1e6);
    return 0;
  }
}
