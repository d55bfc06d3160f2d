package io.l2s;

/**
 * The circuit breakers permit no route, so the request was not tried. The same request may be
 * answered later.
 */
public class NoRouteAvailableException extends GenerationFailedException {

  private static final long serialVersionUID = 1L;

  /**
   * @param component the component whose breaker refused first
   */
  public NoRouteAvailableException(Component component, String message) {
    super(component, message, null);
  }
}
