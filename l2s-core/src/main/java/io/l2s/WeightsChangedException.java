package io.l2s;

/**
 * A file of weights that a running model reads has been changed in place, so that its answers would
 * be wrong. The model refuses all requests from then on.
 */
public class WeightsChangedException extends L2sException {

  private static final long serialVersionUID = 1L;

  private static final String SETTING = "copyWeights";

  /**
   * @param change names the file and how it has changed
   */
  public WeightsChangedException(String change) {
    super(
        change
            + "; answers would be wrong, so the model refuses requests until it is loaded anew."
            + " Replace files by renaming new ones to their names, or load with "
            + SETTING,
        null,
        SETTING);
  }
}
