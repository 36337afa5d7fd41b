package io.kvkeep.demo;

import io.kvkeep.engine.EngineAddress;
import java.util.Optional;

/**
 * What the user wants to see.
 *
 * @param engine a real engine; simulated if empty
 * @param model the model to ask; the first that the engine names if empty
 * @param prefillSpeed how many tokens the simulated engine reads in a second
 * @param small whether the prompts are a third of their usual size
 * @param colour whether the terminal shows colours
 */
public record DemoOptions(
        Optional<EngineAddress> engine, Optional<String> model, int prefillSpeed, boolean small, boolean colour) {
    /** Checks the speed. */
    public DemoOptions {
        if (prefillSpeed < 1) {
            throw new IllegalArgumentException("--prefill-speed is " + prefillSpeed + "; give 1 or more tokens/s");
        }
    }
}
