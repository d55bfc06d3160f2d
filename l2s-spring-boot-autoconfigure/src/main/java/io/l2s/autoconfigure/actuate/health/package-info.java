/** Health of the models, in the types of Spring Boot 3, which moved in version 4. */
@NullMarked
package io.l2s.autoconfigure.actuate.health;

import org.jspecify.annotations.NullMarked;
