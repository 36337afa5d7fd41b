/** Requests as agents send them: long system texts, tools, and conversations that go on, made up and in any size. */
@NullMarked
package io.kvkeep.bench.agent;

import org.jspecify.annotations.NullMarked;
