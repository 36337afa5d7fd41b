package io.kvkeep.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.template.Fact;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.TemplateFacts;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CapabilitiesTest {
    @Test
    void anUnknownEngineHasNoneAndAnUnknownTemplateAddsNone() {
        assertThat(Capabilities.UNKNOWN.tellsUsageOnRequest()).isFalse();
        assertThat(Capabilities.UNKNOWN.with(TemplateFacts.unknown("nothing"))).isEqualTo(Capabilities.UNKNOWN);
    }

    @Test
    void aTemplateLeavesWhatHoldsForTheEngine() {
        Optional<TemplateSwitch> keep = Optional.of(TemplateSwitch.KNOWN.get(0));
        TemplateFacts template = new TemplateFacts(
                new Fact<>(ToolsPlace.BEFORE_SYSTEM, ""),
                new Fact<>(LateSystem.RAISES, ""),
                new Fact<>(Truth.YES, ""),
                new Fact<>(keep, ""),
                new Fact<>(Truth.NO, ""));
        assertThat(new Capabilities(true, CacheKind.BLOCKS).with(template))
                .isEqualTo(new Capabilities(
                        true, CacheKind.BLOCKS, ToolsPlace.BEFORE_SYSTEM, LateSystem.RAISES, Truth.YES, keep));
    }
}
