/** Circuit breakers choose the route that answers a request. */
@NullMarked
package io.l2s.resilience;

import org.jspecify.annotations.NullMarked;
