package io.l2s.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.ModelClosedException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.OnEngine;
import io.l2s.RecordingListener;
import io.l2s.WeightsChangedException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files of weights that change under a running model. */
@Timeout(60)
class ServedWeightsTest extends OnEngine {

  @Test
  void aChangeEndsAllRequestsAndRefusesNewOnesForGood() {
    Rig rig = new Rig(runtime);
    RecordingListener running = rig.submit("running");
    rig.turn();
    rig.turn();
    RecordingListener waiting = rig.submit("waiting");
    rig.weightsCheck.run();
    assertThat(running.terminalEvents() + waiting.terminalEvents()).isZero();

    rig.weightsChange = Optional.of("w.safetensors has been written to since it was loaded");
    rig.weightsCheck.run();

    assertThat(running.failure())
        .isInstanceOf(WeightsChangedException.class)
        .hasMessageStartingWith("w.safetensors has been written to since it was loaded; ")
        .hasMessageContaining("copyWeights");
    assertThat(waiting.failure()).isInstanceOf(WeightsChangedException.class);
    assertThat(rig.responsiveness).containsExactly(false);
    rig.turnUntilIdle();
    assertThat(rig.slm.openStates).isZero();

    rig.weightsChange = Optional.empty();
    rig.weightsCheck.run();
    rig.watchdog.run();
    assertThatThrownBy(() -> rig.submit("next")).isInstanceOf(WeightsChangedException.class);
    assertThat(rig.responsiveness).hasSize(1);
    rig.model.close();
    assertThatThrownBy(() -> rig.submit("late")).isInstanceOf(ModelClosedException.class);
  }

  @Test
  void aModelThatDoesNotRespondStaysRefusingWhenItsWeightsHaveChanged() {
    Rig rig = new Rig(runtime);
    rig.submit("hangs");
    rig.encoder.onEncode =
        () -> {
          rig.nanos += 501;
          rig.watchdog.run();
          rig.weightsChange = Optional.of("w.safetensors had 9 bytes, but has 0 now");
          rig.weightsCheck.run();
        };
    rig.turn();
    rig.encoder.onEncode = () -> {};
    rig.watchdog.run();
    assertThatThrownBy(() -> rig.submit("next")).isInstanceOf(WeightsChangedException.class);
    assertThat(rig.responsiveness).containsOnly(false);
  }

  @Test
  void aDiskThatDoesNotAnswerDoesNotKeepTheWatchdogFromWork() {
    Rig rig = new Rig(runtime);
    RecordingListener hanging = rig.submit("hangs");
    rig.onWeightsLook =
        () -> {
          rig.nanos += 501;
          CompletableFuture.runAsync(rig.watchdog).orTimeout(10, TimeUnit.SECONDS).join();
        };
    rig.encoder.onEncode = () -> rig.weightsCheck.run();
    rig.turn();

    assertThat(rig.responsiveness).containsExactly(false);
    assertThat(hanging.failure()).isInstanceOf(ModelUnresponsiveException.class);
  }
}
