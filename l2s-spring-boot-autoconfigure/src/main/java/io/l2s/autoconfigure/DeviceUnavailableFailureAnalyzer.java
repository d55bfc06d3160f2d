package io.l2s.autoconfigure;

import io.l2s.DeviceUnavailableException;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Names the properties that ask for a GPU. */
class DeviceUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<DeviceUnavailableException> {

  private final Environment environment;

  DeviceUnavailableFailureAnalyzer(Environment environment) {
    this.environment = environment;
  }

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, DeviceUnavailableException cause) {
    String model = FailedModel.name(rootFailure);
    List<String> asking =
        List.of("l2s.llm.device", "l2s.slm.device", "l2s.projector.device").stream()
            .map(property -> PropertyNames.ofModel(model, property))
            .filter(property -> asksForGpu(environment.getProperty(property, "")))
            .map(property -> property + "=" + environment.getProperty(property))
            .toList();
    // Empty where a bean of the application asks for the device.
    String configured = asking.isEmpty() ? "" : " Configured: " + String.join(", ", asking) + ".";
    return new FailureAnalysis(
        "A model part cannot run on its device: " + cause.getMessage() + "." + configured,
        "Set these properties to auto or cpu or to a GPU that this machine has, or replace"
            + " pytorch-native-cpu by natives with CUDA.",
        cause);
  }

  private static boolean asksForGpu(String device) {
    return device.strip().toLowerCase(Locale.ROOT).startsWith("gpu");
  }
}
