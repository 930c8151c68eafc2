package net.weft.controller.model.yaml.bind;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import net.weft.controller.model.ProtectionConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.value.BitRate;

/** Binds the keys that protect other ports from this one: {@code storm-limit}, {@code rate-limit}, {@code bpdu}. */
final class ProtectionBinder {
    private ProtectionBinder() {
    }

    static ProtectionConfig bind(MappingReader port, Faults faults) {
        OptionalInt storm = port.integer("storm-limit", 1, ProtectionConfig.MAX_STORM_LIMIT,
                "a number of packets a second");
        OptionalLong ingress = OptionalLong.empty();
        OptionalLong egress = OptionalLong.empty();
        if (port.isWellFormed("rate-limit")) {
            MappingReader rates = MappingReader.of(port.mapping("rate-limit"), Section.RATE_LIMIT,
                    port.path("rate-limit"), faults);
            if (!rates.has("ingress") && !rates.has("egress")) {
                rates.fault(Fault.Kind.VALUE, "is empty; expected ingress, egress or both");
            }
            ingress = rate(rates, "ingress");
            egress = rate(rates, "egress");
        }
        ProtectionConfig.Bpdu bpdu = port
                .text("bpdu", Set.of("drop", "guard", "forward")::contains, "one of drop, guard, forward")
                .map(text -> ProtectionConfig.Bpdu.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(ProtectionConfig.Bpdu.DROP);
        return new ProtectionConfig(storm, ingress, egress, bpdu);
    }

    private static OptionalLong rate(MappingReader rates, String key) {
        return rates.text(key, text -> BitRate.parse(text).isPresent(),
                "a rate (a number with bit, kbit, mbit or gbit, from 8kbit to 1000gbit)")
                .map(BitRate::parse).orElse(OptionalLong.empty());
    }
}
