/**
 * Web support turns failures into problem details, answers into event streams, and bounds bodies.
 */
@NullMarked
package io.l2s.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
