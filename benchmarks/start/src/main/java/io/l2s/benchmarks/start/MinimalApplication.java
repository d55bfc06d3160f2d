package io.l2s.benchmarks.start;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A web application with one path, which uses no model. */
@SpringBootApplication
@RestController
public class MinimalApplication {

  /** Starts it. */
  public static void main(String... arguments) {
    SpringApplication.run(MinimalApplication.class, arguments);
  }

  @GetMapping("/")
  String hello() {
    return "hello";
  }
}
