package net.weft.controller.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.LagSettings;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.lacp.LacpMode;
import net.weft.lacp.LacpRate;
import net.weft.lacp.LagConfig;
import net.weft.lacp.LegConfig;
import net.weft.lacp.MuxControl;
import net.weft.packet.MacAddress;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.FlowFields;
import net.weft.vswitch.port.LagSpec;

/**
 * Converts LAGs to the forms that the switch and LACP take. The LACP key of a LAG and the LACP port number of a leg are
 * their port numbers, which are stored and never change.
 */
final class LagSpecs {
    private static final long SECOND_NS = 1_000_000_000L;

    private LagSpecs() {
    }

    /** Returns the legs of a member's LAGs: each is an attachment of the LAG's port. */
    static List<AttachmentSpec> attachments(FabricConfig config, int member) {
        List<AttachmentSpec> legs = new ArrayList<>();
        for (PortConfig leg : config.ports().values()) {
            if (leg.member() == member && leg.isLeg()) {
                PortConfig lag = config.aggregate(leg);
                legs.add(new AttachmentSpec(leg.name(), PortSpecs.device(leg), List.of(lag.name()),
                        leg.enabled() && lag.enabled(), lag.mtu().orElse(0)));
            }
        }
        return legs;
    }

    /** Returns what the switch needs to know of a member's LAGs. */
    static List<LagSpec> specs(FabricConfig config, int member) {
        List<LagSpec> lags = new ArrayList<>();
        for (PortConfig port : config.ports().values()) {
            if (port.device() instanceof DeviceConfig.Lag(LagSettings settings) && config.isAt(port, member)) {
                lags.add(new LagSpec(port.name(), FlowFields.valueOf(settings.hash().name()),
                        config.isSpread(port)));
            }
        }
        return lags;
    }

    /** Returns what LACP needs to know of a member's LAGs. */
    static List<LagConfig> lacp(FabricConfig config, PortNumbers numbers, int member) {
        MacAddress mac = systemMac(config);
        List<LagConfig> lags = new ArrayList<>();
        for (PortConfig port : config.ports().values()) {
            if (port.device() instanceof DeviceConfig.Lag(LagSettings settings) && config.isAt(port, member)) {
                List<LegConfig> legs = settings.ports().stream()
                        .flatMap(name -> config.port(name).stream()).filter(leg -> leg.member() == member)
                        .map(leg -> new LegConfig(numbers.of(leg.name()), leg.name(),
                                leg.link().portPriority().orElse(LegConfig.DEFAULT_PRIORITY), mac,
                                settings.drained().contains(leg.name())))
                        .toList();
                lags.add(new LagConfig(port.name(), numbers.of(port.name()), LacpMode.valueOf(settings.lacp().name()),
                        settings.fast() ? LacpRate.FAST : LacpRate.SLOW, MuxControl.INDEPENDENT,
                        settings.systemPriority().orElse(LagConfig.DEFAULT_SYSTEM_PRIORITY), settings.minLinks(),
                        settings.waitToRestoreSeconds() * SECOND_NS, settings.fallback(), legs));
            }
        }
        return lags;
    }

    /** Returns the names of the LAGs that have legs at several members. */
    static Set<String> spread(FabricConfig config) {
        return config.ports().values().stream().filter(config::isSpread).map(PortConfig::name)
                .collect(Collectors.toSet());
    }

    /** Returns the fabric's MAC address, which every committed configuration has. */
    static MacAddress systemMac(FabricConfig config) {
        return config.systemMac()
                .orElseThrow(() -> new IllegalArgumentException("the configuration has no system-mac"));
    }

    /** Returns the names of the switch's ports that run LLDP; those of a LAG are named if one of its legs does. */
    static Set<String> lldp(FabricConfig config, int member) {
        return config.ports().values().stream().filter(port -> port.member() == member && port.speaksLldp())
                .map(port -> config.aggregate(port).name()).collect(Collectors.toSet());
    }
}
