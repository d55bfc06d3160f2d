package io.l2s.samples.spark;

/** A row of the input and the job's answer to it. */
record TranslatedRow(SourceRow source, Answer answer) {}
