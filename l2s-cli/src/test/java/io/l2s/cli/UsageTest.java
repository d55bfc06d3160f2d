package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

  private static final String EVALUATE = "evaluate --data d";
  private static final String LABEL = "label --data d --output o";
  private static final String TRAIN = "train --slm s --data d --dev v --output o";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "generate x | specify one of these",
        "generate --bundle b --llm m x | mutually exclusive",
        "generate --llm m --color x | Unknown option: '--color'",
        "generate --llm m --max-new-tokens 0 x | --max-new-tokens must be between 1 and 4096, but was 0",
        "generate --llm m --max-new-tokens -1 x | --max-new-tokens must be between 1 and 4096, but was -1",
        "generate --llm m --max-new-tokens 4097 x | --max-new-tokens must be between 1 and 4096, but was 4097",
        "generate --llm m --max-new-tokens many x | '--max-new-tokens'",
        "generate --llm m --batch-size 0 x | --batch-size must be between 1 and 1024, but was 0",
        "generate --llm m --route fast x | must be one of hybrid, llm-only, slm-only, exact, but was 'fast'",
        "generate --llm m --precision f8 x | must be one of auto, f32, bf16, int8, but was 'f8'",
        "generate --llm m --device tpu x | must be auto, cpu, gpu or gpu:n, but was 'tpu'",
        "generate --llm m --threads 0 x | --threads must be auto or a number between 1 and 1024, but was '0'",
        "generate --llm m --threads many x | --threads must be auto or a number between 1 and 1024, but was 'many'",
        "generate --llm m --wait long x | --wait must be auto, active, passive or a number of at least 0, but was 'long'",
        "benchmark --llm m --prompt-length 2147483647 | --prompt-length must be between 1 and 32768",
        "benchmark --llm m --output-length 32769 | --output-length must be between 1 and 32768",
        "benchmark --llm m --batch 1,1025 | --batch must be between 1 and 1024, but was 1025",
        "benchmark --llm m --runs 2147483647 | --runs must be between 1 and 10000",
        "benchmark --llm m --concurrency 100000 | --concurrency must be between 1 and 1024",
        "benchmark --llm m --requests 2147483647 | --requests must be between 1 and 1000000",
        "benchmark --llm m --prompts 0 | --prompts must be between 1 and 1000000, but was 0",
        "TRAIN --steps 1 --threads 0 | --threads must be auto or a number between 1 and 1024",
        "generate --llm m --format xml x | must be one of text, jsonl, but was 'xml'",
        "generate --llm m --route hybrid x | --route hybrid needs --bundle",
        "generate --llm m --route slm-only x | --route slm-only needs --bundle",
        "generate --llm m --input f.txt x | either PROMPT arguments or --input, not both",
        "generate --llm m | no prompt",
        "generate --llm m --top-p 2 x | --top-p must be above 0 and at most 1, but was 2",
        "generate --llm m --num-beams 4 --seed 1 x | --num-beams must be 1 where tokens are sampled",
        "generate --llm m --do-sample=false --top-p 0.9 x | --do-sample must be true or left out beside --top-p",
        "generate --llm m --early-stopping x | --early-stopping must be false without beams; set --num-beams above 1, but was true",
        "generate --llm m --early-stopping=never x | --early-stopping must be false without beams; set --num-beams above 1, but was never",
        "generate --llm m --num-beams 2 --early-stopping=soon x | must be one of false, true, never, but was 'soon'",
        "generate --llm m --length-penalty 2 x | --length-penalty must be left out without beams",
        "generate --llm m --num-return-sequences 2 x | --num-return-sequences must be 1 for greedy",
        "generate --llm m --min-new-tokens 300 x | --min-new-tokens must be at most --max-new-tokens, 256, but was 300",
        "generate --llm m --num-beams 20 x | --num-beams must be at most --batch-size, 16, but was 20",
        "generate --llm m --seed 1 --num-return-sequences 3 --batch-size 2 x | --num-return-sequences must be at most --batch-size, 2, but was 3",
        "generate --bundle b --route exact --num-beams 2 x | --num-beams must be 1 with --route exact, which decodes one sequence, but was 2",
        "generate --bundle b --route exact --seed 1 --num-return-sequences 2 x | --num-return-sequences must be 1 with --route exact",
        "generate --bundle b --route exact --prompt-lookup 8 x | --prompt-lookup-num-tokens must be 0 with --route exact, on which the SLM drafts, but was 8",
        "generate --llm m --prompt-lookup-num-tokens 65 x | --prompt-lookup-num-tokens must be between 0 and 64, but was 65",
        "generate --llm m --prompt-lookup-num-tokens 8 --num-beams 2 x | --num-beams must be 1 beside --prompt-lookup-num-tokens, which drafts for one sequence, but was 2",
        "generate --llm m --max-matching-ngram-size 3 x | --max-matching-ngram-size must be left out without drafts; set --prompt-lookup-num-tokens, but was 3",
        "generate --llm m --input none.txt --top-p 2 | --top-p must be above 0",
        "LABEL --llm m --num-beams 20 | --num-beams must be at most --batch-size, 16, but was 20",
        "EVALUATE | specify one of these",
        "EVALUATE --bundle b --llm m | mutually exclusive",
        "evaluate --llm m | Missing required option: '--data=FILE'",
        "EVALUATE --llm m --slm-alone s | --slm-alone needs --bundle; to measure that model only, name it as --llm",
        "EVALUATE --bundle b --slm-alone s --routes hybrid,exact | --slm-alone needs the route slm-only; add it to --routes",
        "EVALUATE --llm m --routes llm-only,hybrid | --routes hybrid needs --bundle; with --llm the only route is llm-only",
        "EVALUATE --llm m --routes slm-only | --routes slm-only needs --bundle",
        "EVALUATE --llm m --template x | --template must be a text with {source} in it, but was x",
        "EVALUATE --bundle b --limit 0 | --limit must be at least 1, but was 0",
        "EVALUATE --bundle b --routes fast | must be one of hybrid, llm-only, slm-only",
        "score --references r | Missing required option: '--hypotheses=FILE'",
        "score --hypotheses h | Missing required option: '--references=FILE'",
        "score --hypotheses h --references r --metrics bleu,meteor | must be one of bleu, chrf, chrf++, ter, rouge, exact, but was 'meteor'",
        "score --hypotheses h --references r --bootstrap 0 | --bootstrap must be between 1 and 1000000, but was 0",
        "inspect | Missing required parameter: 'DIR'",
        "inspect --bundle b | the directory stands by itself, without an option; use 'l2s inspect b'",
        "inspect --llm=m | use 'l2s inspect m'",
        "TRAIN | specify one of these",
        "TRAIN --steps 1 --minutes 1 | mutually exclusive",
        "TRAIN --steps 0 | --steps must be at least 1, but was 0",
        "TRAIN --minutes 0 | --minutes must be greater than 0, but was 0",
        "TRAIN --minutes NaN | --minutes must be greater than 0, but was NaN",
        "TRAIN --minutes Infinity | --minutes must be greater than 0 and at most 525600",
        "TRAIN --steps 1 --max-length 0 | --max-length must be at least 1, but was 0",
        "TRAIN --steps 1 --llm-precision bf16 | --llm-precision needs --llm",
        "TRAIN --steps 1 --batch-size 0 | --batch-size must be at least 1, but was 0",
        "TRAIN --steps 1 --learning-rate -1 | --learning-rate must be above 0 and below 10, but was -1",
        "TRAIN --steps 1 --warm-up 1 | --warm-up must be at least 0 and below 1, but was 1",
        "TRAIN --steps 1 --label-smoothing 2 | --label-smoothing must be at least 0 and below 1",
        "TRAIN --steps 1 --clip -1 | --clip must be at least 0, but was -1",
        "TRAIN --steps 1 --template x | --template must be a text with {source} in it, but was x",
        "TRAIN --steps 1 --data d=2 | --data must name each file once, but has d twice",
        "TRAIN --steps 1 --data x=2 --data ./x=3 | --data must name each file once, but has ./x twice",
        "TRAIN --steps 1 --data a=b=0 | weight of a=b must be greater than 0",
        "TRAIN --steps 1 --llm m --hidden 2147483647 | --hidden must be between 1 and 65536",
        "TRAIN --steps 1 --llm m --hidden 0 | --hidden must be between 1 and 65536, but was 0",
        "TRAIN --steps 1 --hidden 9 | --hidden needs --llm",
        "TRAIN --steps 1 --fusion add | --fusion needs --llm",
        "TRAIN --steps 1 --llm m --fusion mix | must be one of add, replace, but was 'mix'",
        "LABEL | specify one of these",
        "LABEL --llm m --bundle b | mutually exclusive",
        "LABEL --llm m --limit 0 | --limit must be at least 1, but was 0",
        "LABEL --llm m --template x | --template must be a text with {source} in it, but was x",
        "LABEL --llm m --num-beams 2 --num-return-sequences 2 | --num-return-sequences must be left out",
        "LABEL --llm m --logprobs | --logprobs must be left out",
        "LABEL --llm m --num-beams 40 | --num-beams must be at most --batch-size, 16, but was 40",
        "LABEL --llm m --min-new-tokens 257 | --min-new-tokens must be at most --max-new-tokens, 256, but was 257",
        "LABEL --llm m --slm-precision f32 | --slm-precision must be left out: only the large model answers",
        "LABEL --llm m --target-field t | --target-field must be left out: only sources are read",
        "label --llm m --data d | Missing required option: '--output=FILE'",
        "benchmark --llm m --runs 0 | --runs must be between 1 and 10000, but was 0",
        "benchmark --llm m --prompt-lookup 8 | --prompt-lookup-num-tokens needs --concurrency, as drafts are timed under load only",
        "benchmark --llm m --prompt-lookup 65 --concurrency 1 | --prompt-lookup-num-tokens must be between 0 and 64, but was 65",
        "benchmark --bundle b --prompt-lookup 8 --concurrency 1 --route exact | --prompt-lookup-num-tokens must be 0 with --route exact, on which the SLM drafts, but was 8",
        "benchmark | l2s benchmark: Missing required argument",
        "generate --bundle b --llm m x | l2s generate: --bundle=DIR, --llm=DIR are mutually exclusive",
        "generat --bundle b x | l2s: unknown command \"generat\"; did you mean generate?",
        "--verbose inspekt b | l2s: unknown command \"inspekt\"; did you mean inspect?",
        "help generat | l2s: unknown command \"generat\"; did you mean generate?",
        "generate --bundel b x | Unknown option: '--bundel'; did you mean --bundle?",
        "--verson | l2s: Unknown option: '--verson'; did you mean --version?",
        "benchmark --llm m --bsuy=2 | Unknown option: '--bsuy=2'; did you mean --busy?",
        "jjj | l2s: unknown command \"jjj\" (see 'l2s --help')",
        "--color | l2s: Unknown option: '--color'"
      })
  void wrongUsageIsOneMessageAndExitCodeTwo(String args, String message) {
    CliRun run =
        CliRun.of(
            args.replace("TRAIN", TRAIN)
                .replace("LABEL", LABEL)
                .replace("EVALUATE", EVALUATE)
                .split(" "));

    assertThat(run.err()).contains(message).doesNotContain("\tat ");
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void noCommandIsWrongUsageAndShowsTheCommands() {
    CliRun run = CliRun.of();

    assertThat(run.err()).startsWith("Usage: l2s").contains("  generate ", "  benchmark ");
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void helpIsACommandAsWellAsAnOption() {
    CliRun all = CliRun.of("help");
    CliRun one = CliRun.of("help", "generate");

    assertThat(all).isEqualTo(CliRun.of("--help"));
    assertThat(all.out()).contains("  generate ", "  help ");
    assertThat(one).isEqualTo(CliRun.of("generate", "--help"));
    assertThat(one.exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--early-stopping",
        "--early-stopping=true",
        "--early-stopping=false",
        "--early-stopping=never"
      })
  void earlyStoppingHasThreeValuesAndStandsByItself(String option) {
    CliRun run = CliRun.of("generate", "--llm", "missing-model", "--num-beams", "2", option, "x");

    assertThat(run.err()).contains("missing-model").doesNotContain("--early-stopping");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void routesAreReadInAnyCase() {
    CliRun run = CliRun.of("generate", "--llm", "missing-model", "--route", "LLM-ONLY", "x");

    assertThat(run.err()).contains("missing-model").doesNotContain("--route");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"generate", "evaluate", "score", "inspect", "train", "label", "benchmark"})
  void helpOfACommandShowsExamples(String command) {
    CliRun run = CliRun.of(command, "--help");

    assertThat(run.out()).contains("Usage: l2s " + command, "Examples:", "  l2s " + command + " ");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void theHelpOfLabelShowsNoOptionThatItRefuses() {
    CliRun run = CliRun.of("label", "--help");

    assertThat(run.out())
        .contains("--num-beams", "--llm-precision", "--source-field")
        .doesNotContain(
            "--num-return-sequences", "--logprobs", "--slm-precision", "--target-field");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate",
        "evaluate",
        "score",
        "inspect",
        "label",
        "benchmark",
        "shrink",
        "quantize",
        "train"
      })
  void examplesCanBePastedFromATerminalOfEightyColumns(String command) {
    List<String> help = CliRun.of(command, "--help").out().lines().toList();
    int start = help.indexOf("Examples:") + help.indexOf("Example:") + 1;

    List<String> examples = help.subList(start + 1, help.size());

    assertThat(examples).isNotEmpty().allMatch(line -> line.length() <= 80);
    for (int i = 0; i < examples.size(); i++) {
      boolean continues = i > 0 && examples.get(i - 1).endsWith(" \\");
      assertThat(examples.get(i)).startsWith(continues ? "      " : "  ");
      assertThat(examples.get(i).startsWith("   ")).isEqualTo(continues);
    }
  }

  @Test
  void versionIsPrinted() {
    CliRun run = CliRun.of("--version");

    assertThat(run.out()).matches("(?s)l2s \\d+\\.\\d+.*Java \\d+.*");
    assertThat(run.exitCode()).isZero();
  }
}
