package io.l2s.samples.titles;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.event.EventListener;

/** Finds titles for abstracts over HTTP and keeps their history. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SummarizerApplication {

  private static final Logger LOG = LoggerFactory.getLogger(SummarizerApplication.class);

  public static void main(String[] args) {
    SpringApplication.run(SummarizerApplication.class, args);
  }

  @EventListener
  void reportAddress(ApplicationReadyEvent ready) {
    String port = ready.getApplicationContext().getEnvironment().getProperty("local.server.port");
    LOG.info("Open http://localhost:{}/swagger-ui.html", port);
  }
}
