package io.l2s.samples.translation;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Translates on a web page and over HTTP, in the languages of its bundle. */
@SpringBootApplication
public class TranslationApplication {

  public static void main(String[] args) {
    SpringApplication.run(TranslationApplication.class, args);
  }
}
