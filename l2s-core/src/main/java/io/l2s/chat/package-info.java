/** Chat templates: the Jinja that instruct models bring, run within bounds. */
@NullMarked
package io.l2s.chat;

import org.jspecify.annotations.NullMarked;
