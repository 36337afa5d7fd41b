package io.kvkeep.ledger;

import io.kvkeep.lane.Digest;
import java.util.List;
import java.util.Map;

/**
 * A request that was sent, and the answer to it.
 *
 * @param session who sent it
 * @param scope what keeps its conversations apart
 * @param messages the messages as they were meant, the answer behind them if the proxy caught it
 * @param sent how it was printed, the answer behind it
 * @param tools the names of the tools as they were sent
 * @param lane its lane then
 * @param links the digests of the messages
 * @param stable the lines of the system text that are no values
 * @param values the values that were to be told
 * @param turn the count of all requests
 */
record Past(
        Session session,
        String scope,
        List<Said> messages,
        Rendered sent,
        List<String> tools,
        Lane lane,
        List<Digest> links,
        List<String> stable,
        Map<String, String> values,
        int turn) {

    /** Returns how many messages of a conversation the ledger knows from this request. */
    int known(Proxied proxy, List<Said> conversation) {
        int common = Math.min(links.size(), Said.common(messages, conversation));
        while (common > 0 && !proxy.holds(lane.id(), links.get(common - 1))) {
            common--;
        }
        return common;
    }

    /** Returns the same request of which the ledger holds nothing any more. */
    Past forgotten() {
        return new Past(session, scope, messages, sent, tools, lane.withId(-1), links, stable, values, turn);
    }
}
