package io.l2s.autoconfigure;

/** Lets a web server answer the requests that a closed model has failed. */
@FunctionalInterface
public interface WebServerDrain {

  /** For an application without a web server. */
  WebServerDrain NONE = Runnable::run;

  /** Runs {@code done} when the clients have their answers. */
  void await(Runnable done);
}
