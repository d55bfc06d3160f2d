/** The parts of l2s that use types which moved with Spring Boot 4. */
@NullMarked
package io.l2s.autoconfigure.boot4;

import org.jspecify.annotations.NullMarked;
