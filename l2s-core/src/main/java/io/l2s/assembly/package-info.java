/**
 * The builder composes a served model from a bundle's parts, whose families are registered here.
 */
@NullMarked
package io.l2s.assembly;

import org.jspecify.annotations.NullMarked;
