package io.l2s;

/** The model was closed before it could answer. */
public class ModelClosedException extends L2sException {

  private static final long serialVersionUID = 1L;

  public ModelClosedException() {
    super("the model is closed", null);
  }
}
