/** Chat templates: what a model's template does with system texts, tools and reasoning, and how that is known. */
@NullMarked
package io.kvkeep.template;

import org.jspecify.annotations.NullMarked;
