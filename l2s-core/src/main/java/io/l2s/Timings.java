package io.l2s;

import java.time.Duration;

/**
 * Where the time of one generation went. Requests that share a batch share its encode, prefill and
 * decode calls, and each reports the whole call it took part in.
 *
 * @param queued from submission until the native thread took the request
 * @param encode the LLM reading the prompt; zero where its features were cached or not needed
 * @param project projection and fusion, with which {@code prefill} begins; zero where no SLM reads
 *     prompt features
 * @param prefill projection, fusion and the decoder's pass over the prompt
 * @param decode all decode steps
 * @param firstToken from submission to the first generated token; zero if there was none
 * @param total from submission to the end; after a fallback this and {@code firstToken} count from
 *     the first submission, while the parts are the fallback's own
 */
public record Timings(
    Duration queued,
    Duration encode,
    Duration project,
    Duration prefill,
    Duration decode,
    Duration firstToken,
    Duration total) {

  /** These timings for a generation that followed a failed attempt of length {@code before}. */
  public Timings after(Duration before) {
    return new Timings(
        queued,
        encode,
        project,
        prefill,
        decode,
        firstToken.isZero() ? firstToken : firstToken.plus(before),
        total.plus(before));
  }
}
