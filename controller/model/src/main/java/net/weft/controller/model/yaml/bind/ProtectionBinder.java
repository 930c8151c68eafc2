package net.weft.controller.model.yaml.bind;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import net.weft.controller.model.ProtectionConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.value.BitRate;

/**
 * Binds the keys that protect other ports from this one: {@code storm-limit}, {@code rate-limit}, {@code bpdu}, {@code
 * loop-probes}, {@code mac-move} and {@code pass}.
 */
final class ProtectionBinder {
    private ProtectionBinder() {
    }

    static ProtectionConfig bind(MappingReader port, Faults faults) {
        OptionalInt storm = port.isText("storm-limit", "off")
                ? OptionalInt.of(ProtectionConfig.NO_STORM_LIMIT)
                : port.integer("storm-limit", 1, ProtectionConfig.MAX_STORM_LIMIT,
                        "off or a number of packets a second");
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
        boolean probes = port.text("loop-probes", Set.of("on", "off")::contains, "one of on, off")
                .map("on"::equals).orElse(true);
        ProtectionConfig.MacMove move = port
                .text("mac-move", Set.of("tell", "hold", "shut")::contains, "one of tell, hold, shut")
                .map(text -> ProtectionConfig.MacMove.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(ProtectionConfig.MacMove.TELL);
        return new ProtectionConfig(storm, ingress, egress, bpdu, probes, move, passed(port, faults));
    }

    private static Set<ProtectionConfig.Passed> passed(MappingReader port, Faults faults) {
        Set<ProtectionConfig.Passed> passed = EnumSet.noneOf(ProtectionConfig.Passed.class);
        port.eachScalar("pass", "a protocol", (scalar, path) -> Arrays.stream(ProtectionConfig.Passed.values())
                .filter(protocol -> protocol.name().toLowerCase(Locale.ROOT).equals(scalar.text())).findFirst()
                .ifPresentOrElse(passed::add, () -> faults.add(Fault.Kind.VALUE, path, scalar.position(),
                        Faults.shown(scalar.text()) + " is not one of lldp, lacp, eapol, ptp")));
        return passed;
    }

    private static OptionalLong rate(MappingReader rates, String key) {
        return rates.text(key, text -> BitRate.parse(text).isPresent(),
                "a rate (a number with bit, kbit, mbit or gbit, from 8kbit to 1000gbit)")
                .map(BitRate::parse).orElse(OptionalLong.empty());
    }
}
