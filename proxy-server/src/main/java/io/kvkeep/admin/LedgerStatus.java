package io.kvkeep.admin;

import io.kvkeep.config.LedgerOptions;
import io.kvkeep.engine.Engine;
import io.kvkeep.learn.Finding;
import io.kvkeep.learn.ProfileEntry;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.store.LaneStore;
import io.kvkeep.template.Truth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the status says of the ledger, of how lanes are kept apart, and of what was learned. */
public final class LedgerStatus {
    private LedgerStatus() {}

    public static Map<String, Object> ledger(LaneStore ledger, LedgerOptions options) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("kept", options.onDisk() ? "disk" : "memory");
        status.put("lanes", ledger.size());
        status.put("memoryBytes", ledger.bytes());
        status.put("maxBytes", options.maxBytes());
        status.put("diskBytes", ledger.diskBytes());
        status.put("recordsNotWritten", ledger.diskMissed());
        return status;
    }

    /** How lanes of one agent are kept apart in the engine's cache, and why so. */
    public static Map<String, Object> slots(LaneStore ledger, LedgerOptions options, Engine engine) {
        CacheKind cache = engine.capabilities().cacheKind();
        boolean pinning = engine.facts().pinning().value() == Truth.YES;
        String how;
        String why;
        if (cache != CacheKind.SLOTS) {
            how = "left alone";
            why = cache == CacheKind.BLOCKS
                    ? "the engine shares what it holds between all requests"
                    : "it is not known how the engine shares what it holds";
        } else if (!options.marks()) {
            how = "left alone";
            why = "marks: off in the configuration";
        } else if (pinning && !ledger.slotsFailed()) {
            how = "id_slot for lanes that begin while a slot is free, marks for the others";
            why = engine.facts().pinning().evidence();
        } else if (pinning) {
            how = "marks, when lanes take each other's slot";
            why = "a trial of id_slot worked, but lanes came back cold from their slots";
        } else {
            how = "marks, when lanes take each other's slot";
            why = "id_slot is not used: " + engine.facts().pinning().evidence();
        }
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("how", how);
        status.put("why", why);
        return status;
    }

    /**
     * What was learned, by agent.
     *
     * @param showsText whether the operator wants to see text of prompts: the rules to copy hold labels of lines
     */
    public static Map<String, List<Map<String, Object>>> learner(LaneStore ledger, boolean showsText) {
        Map<String, List<Map<String, Object>>> agents = new LinkedHashMap<>();
        ledger.learned().findings().forEach((agent, findings) -> {
            List<Map<String, Object>> rows = new ArrayList<>();
            findings.forEach(finding -> rows.add(row(finding, showsText)));
            agents.put(agent, rows);
        });
        return agents;
    }

    /** What was learned from, by agent, and whether more could be shown. */
    public static Map<String, Object> learning(LaneStore ledger, LedgerOptions options, boolean showsText) {
        Map<String, Object> agents = new LinkedHashMap<>();
        ledger.learned().texts().forEach((agent, texts) -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("systemTexts", texts.systemTexts());
            if (showsText) {
                row.put("firstWords", texts.firstWords());
                row.put("userAgents", texts.userAgents());
            }
            agents.put(agent, row);
        });
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("learn", options.learns() ? "auto" : "off");
        status.put("showText", showsText);
        status.put("agents", agents);
        return status;
    }

    private static Map<String, Object> row(Finding finding, boolean showsText) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", finding.name());
        row.put("varies", finding.variation().id());
        row.put("inTexts", finding.seen());
        row.put("changed", finding.changed());
        row.put("bytesReadAgain", finding.bytesBehind());
        row.put("state", finding.learned() ? "applied" : "offered");
        if (showsText) {
            row.put("heading", finding.heading());
            row.put("rule", ProfileEntry.asYaml(finding));
        }
        return row;
    }
}
