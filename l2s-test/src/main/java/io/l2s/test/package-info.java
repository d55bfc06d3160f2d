/** Support for tests of applications that use l2s. */
@NullMarked
package io.l2s.test;

import org.jspecify.annotations.NullMarked;
