package io.l2s.autoconfigure.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModels;
import io.l2s.autoconfigure.ServedModel;
import io.l2s.autoconfigure.resilience.FaultyDecoder.Fault;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;

/** The faults of docs/reliability.md in which a model loses its GPU. */
@ExtendWith(OutputCaptureExtension.class)
class GpuLossTests {

  @Test
  @Timeout(60)
  void aModelThatLosesItsGpuMovesToTheCpuAndTakesTrafficAgain() {
    BlockingQueue<Object> readiness = new LinkedBlockingQueue<>();
    ReliabilityTests.RUNNER
        .withInitializer(context -> context.addApplicationListener(readiness(readiness)))
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              context.getBean(FaultyDecoder.class).fault = Fault.GPU_LOST_ONCE;
              model.generate("a");
              assertThat(readiness.take()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
              assertThat(readiness.take()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
              assertThat(model.generate("b").degradation()).isEmpty();
            });
  }

  @Test
  @Timeout(60)
  void aPartOfTheApplicationIsNotReplacedWhenTheModelMoves(CapturedOutput output) {
    BlockingQueue<Object> readiness = new LinkedBlockingQueue<>();
    ReliabilityTests.RUNNER
        .withInitializer(context -> context.addApplicationListener(readiness(readiness)))
        .run(
            context -> {
              FaultyDecoder slm = context.getBean(FaultyDecoder.class);
              slm.fault = Fault.GPU_LOST_ONCE;
              context.getBean(HybridLanguageModel.class).generate("a");
              assertThat(readiness.take()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
              assertThat(readiness.take()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
              int prefills = slm.prefills.get();
              context.getBean(HybridLanguageModel.class).generate("b");
              assertThat(slm.prefills).as("the application's SLM answers").hasValue(prefills + 1);
              await()
                  .untilAsserted(
                      () ->
                          assertThat(output)
                              .contains("uses these parts of the application where they are: LLM"));
            });
  }

  @Test
  @Timeout(60)
  void aModelStaysOutOfTheTrafficWhileAPartOfTheApplicationIsOnTheLostGpu(CapturedOutput output) {
    BlockingQueue<Object> readiness = new LinkedBlockingQueue<>();
    ReliabilityTests.RUNNER
        .withInitializer(context -> context.addApplicationListener(readiness(readiness)))
        .run(
            context -> {
              context.getBean(FaultyDecoder.class).fault = Fault.GPU_LOST;
              context.getBean(HybridLanguageModel.class).generate("a");
              await()
                  .untilAsserted(
                      () ->
                          assertThat(output)
                              .contains(
                                  "cannot move to the CPU with these parts of the application,"
                                      + " which l2s does not move: LLM, SLM"));
              assertThat(readiness).containsExactly(ReadinessState.REFUSING_TRAFFIC);
              assertThat(context.getBean(HybridLanguageModels.class).all())
                  .extracting(ServedModel::state)
                  .containsExactly(ServedModel.State.UNRESPONSIVE);
            });
  }

  @Test
  void aModelThatMayNotMoveRefusesTraffic() {
    BlockingQueue<Object> readiness = new LinkedBlockingQueue<>();
    ReliabilityTests.RUNNER
        .withPropertyValues("l2s.device-fallback=false")
        .withInitializer(context -> context.addApplicationListener(readiness(readiness)))
        .run(
            context -> {
              context.getBean(FaultyDecoder.class).fault = Fault.GPU_LOST;
              context.getBean(HybridLanguageModel.class).generate("a");
              assertThat(readiness).containsExactly(ReadinessState.REFUSING_TRAFFIC);
              assertThat(context.getBean(HybridLanguageModels.class).all())
                  .extracting(ServedModel::state)
                  .containsExactly(ServedModel.State.UNRESPONSIVE);
            });
  }

  private static ApplicationListener<AvailabilityChangeEvent<?>> readiness(
      BlockingQueue<Object> states) {
    return event -> states.add(event.getState());
  }
}
