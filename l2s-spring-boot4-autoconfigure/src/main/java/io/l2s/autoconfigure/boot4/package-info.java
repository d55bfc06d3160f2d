/** What l2s has in the types that moved with Spring Boot 4. */
@NullMarked
package io.l2s.autoconfigure.boot4;

import org.jspecify.annotations.NullMarked;
