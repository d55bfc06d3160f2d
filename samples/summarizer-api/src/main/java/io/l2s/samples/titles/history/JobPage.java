package io.l2s.samples.titles.history;

import java.util.List;

/**
 * A part of the history.
 *
 * @param items the jobs, newest first
 * @param page number of the page, from 0
 * @param size most jobs of a page
 * @param total number of jobs on all pages
 */
public record JobPage(List<Job> items, int page, int size, long total) {}
