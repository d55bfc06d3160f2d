package io.l2s.samples.translation;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/** Translates on a web page and over HTTP, in the languages of its bundle. */
@SpringBootApplication
public class TranslationApplication {

  private static final Logger LOG = LoggerFactory.getLogger(TranslationApplication.class);

  public static void main(String[] args) {
    SpringApplication.run(TranslationApplication.class, args);
  }

  @EventListener
  void reportAddress(ApplicationReadyEvent ready) {
    String port = ready.getApplicationContext().getEnvironment().getProperty("local.server.port");
    LOG.info("Open http://localhost:{}", port);
  }
}
