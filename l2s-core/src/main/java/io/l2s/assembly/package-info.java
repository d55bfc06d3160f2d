/** The builder composes models, bundles and training runs from their parts. */
@NullMarked
package io.l2s.assembly;

import org.jspecify.annotations.NullMarked;
