package io.kvkeep.reading;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.ledger.Lane;
import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.settle.ModelName;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * A request whose answer has gone through whole, and its answer.
 *
 * @param lane the id of its lane
 * @param prompt its number, by which it is known since it was sent
 * @param target where it was sent, as the client wrote it
 * @param headers the client's; they hold its credential
 * @param plan the edits that were applied
 * @param answer what the model said
 * @param usage what the engine says of the prompt
 */
public record EndedTurn(
        long lane,
        long prompt,
        Engine engine,
        Dialect dialect,
        String target,
        HttpHeaders headers,
        Rewrite rewrite,
        Plan plan,
        Emitted answer,
        ReportedUsage usage) {
    /** Returns the agent's name. */
    public String agent() {
        return rewrite.profile().agent();
    }

    /** Returns the model that the request named. */
    public String model() {
        return ModelName.of(rewrite.prompt());
    }

    /** Returns the same turn of an engine that was asked anew what it is. */
    public EndedTurn of(Engine same) {
        return new EndedTurn(lane, prompt, same, dialect, target, headers, rewrite, plan, answer, usage);
    }

    /** Returns the body as the engine got it. */
    public byte[] sent() {
        return plan.splice(rewrite.prompt().body());
    }

    /** Returns how long the body was that the engine got. */
    public int sentBytes() {
        return rewrite.prompt().body().length + plan.growth();
    }

    /** Returns what tells its prompts apart from those of other lanes. */
    public Head head() {
        return Head.of(rewrite.entry().lane());
    }

    /** Tells whether the agent, and not only this request, goes on with what was sent. */
    public boolean lasts() {
        return rewrite.sideRequest().isEmpty() && !hasThrownAwayTail() && engine.kind() != EngineKind.UNKNOWN;
    }

    /** Tells whether notes have come near to the budget at which a lane starts afresh, and nothing else is to come. */
    public boolean isToRebase() {
        int notes = rewrite.entry().lane().laterNoteBytes();
        return answer.calls().isEmpty()
                && 2 * notes > Lane.notesBudgetBytes(rewrite.prompt().body().length);
    }

    /** Tells whether the request named the slot in which the lane is kept. */
    public boolean isPinned() {
        return rewrite.entry().slot().isPresent();
    }

    /** Tells whether a message was sent that no later request will hold; all behind it is then not certain. */
    boolean hasThrownAwayTail() {
        return rewrite.said().size() < rewrite.prompt().conversation().size();
    }
}
