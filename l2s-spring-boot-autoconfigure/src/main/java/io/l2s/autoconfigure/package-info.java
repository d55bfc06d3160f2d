/** Spring Boot auto-configuration turns properties into beans and explains start-up failures. */
@NullMarked
package io.l2s.autoconfigure;

import org.jspecify.annotations.NullMarked;
