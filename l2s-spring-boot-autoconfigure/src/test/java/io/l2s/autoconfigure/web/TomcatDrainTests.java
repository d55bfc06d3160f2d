package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.autoconfigure.TomcatDrain;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Applications that stop while clients are connected, over real HTTP. */
@Timeout(60)
class TomcatDrainTests {

  private static final int CLIENTS = 20;

  private static CountDownLatch begun;
  private static CountDownLatch release;

  @BeforeEach
  void hold() {
    begun = new CountDownLatch(1);
    release = new CountDownLatch(1);
  }

  @Test
  void requestsThatWaitForAThreadAreAnswered() throws Exception {
    ConfigurableApplicationContext application = start("--server.tomcat.threads.max=1");
    Socket first = send(application, "/held");
    begun.await();
    List<Socket> clients = sendAll(application);
    ThreadPoolExecutor threads = (ThreadPoolExecutor) protocol(application).getExecutor();
    while (threads.getQueue().size() < CLIENTS) {
      Thread.onSpinWait();
    }
    assertThat(closeAndAwaitAnswers(application, first, clients))
        .allSatisfy(answer -> assertThat(answer).containsIgnoringCase("Connection: close"));
  }

  @Test
  void requestsThatTheOperatingSystemHoldsForTomcatAreAnswered() throws Exception {
    ConfigurableApplicationContext application = start("--server.tomcat.max-connections=1");
    Socket first = send(application, "/held");
    begun.await();
    closeAndAwaitAnswers(application, first, sendAll(application));
  }

  private static List<Socket> sendAll(ConfigurableApplicationContext to) throws IOException {
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(send(to, "/quick"));
    }
    return clients;
  }

  private static List<String> closeAndAwaitAnswers(
      ConfigurableApplicationContext application, Socket first, List<Socket> clients)
      throws Exception {
    CompletableFuture<Void> closing = CompletableFuture.runAsync(application::close);
    awaitRefusedConnections(application);
    release.countDown();
    assertThat(MvcApplication.answer(first)).endsWith("answered");
    List<String> answers = new ArrayList<>();
    for (Socket client : clients) {
      answers.add(MvcApplication.answer(client));
    }
    closing.get();
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 200").endsWith("answered"));
    return answers;
  }

  @Test
  void aConnectionThatIsIdleDoesNotHoldUpTheEnd() throws Exception {
    ConfigurableApplicationContext application = start();
    try (Socket idle = send(application, "/quick")) {
      assertThat(idle.getInputStream().read()).isEqualTo('H');
      long start = System.nanoTime();
      application.close();
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(10));
    }
  }

  @ParameterizedTest
  @CsvSource({"graceful, true, 1", "immediate, true, 0", "graceful, false, 0"})
  void onlyAGracefulShutdownDrains(String shutdown, boolean enabled, int drains) {
    try (ConfigurableApplicationContext application =
        start("--server.shutdown=" + shutdown, "--l2s.enabled=" + enabled)) {
      assertThat(application.getBeansOfType(TomcatDrain.class)).hasSize(drains);
    }
  }

  @Test
  void aPortInUseIsStillNamedBySpringBoot() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = Integer.toString(taken.getLocalPort());
      assertThatThrownBy(() -> startOn(port))
          .hasStackTraceContaining("PortInUseException")
          .hasStackTraceContaining("Port " + port + " is already in use");
    }
  }

  private static void awaitRefusedConnections(ConfigurableApplicationContext of)
      throws IOException {
    int port = MvcApplication.port(of);
    while (true) {
      try {
        new Socket("localhost", port).close();
      } catch (ConnectException refused) {
        return;
      } catch (SocketException reset) {
        // The socket was closed while this connection was made, so the next one is refused.
      }
    }
  }

  private static Socket send(ConfigurableApplicationContext to, String path) throws IOException {
    Socket client = new Socket("localhost", MvcApplication.port(to));
    client
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
    return client;
  }

  /** Spring Boot 3 and 4 have the two methods in classes of other packages. */
  private static AbstractProtocol<?> protocol(ConfigurableApplicationContext of) throws Exception {
    Object server = of.getClass().getMethod("getWebServer").invoke(of);
    Tomcat tomcat = (Tomcat) server.getClass().getMethod("getTomcat").invoke(server);
    return (AbstractProtocol<?>) tomcat.getConnector().getProtocolHandler();
  }

  private static ConfigurableApplicationContext start(String... arguments) {
    return startOn("0", arguments);
  }

  private static ConfigurableApplicationContext startOn(String port, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--spring.main.web-application-type=servlet",
            "--server.port=" + port,
            "--spring.main.banner-mode=off"));
    return new SpringApplicationBuilder(Application.class).run(all.toArray(String[]::new));
  }

  @EnableAutoConfiguration
  @RestController
  static class Application {

    @Bean
    ScriptedModel model() {
      return new ScriptedModel();
    }

    @GetMapping("/held")
    String held() throws InterruptedException {
      begun.countDown();
      release.await();
      return "answered";
    }

    @GetMapping("/quick")
    String quick() {
      return "answered";
    }
  }
}
