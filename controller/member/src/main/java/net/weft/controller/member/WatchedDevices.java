package net.weft.controller.member;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PortConfig;
import net.weft.vswitch.carrier.Heartbeat;

/** Selects the devices whose carriers a dead member must lose: the interfaces that it alone switches. */
final class WatchedDevices {
    private WatchedDevices() {
    }

    /** Returns the devices of a member; legs of LAGs come before other ports, because partners send by them without asking. */
    static Heartbeat.Devices of(FabricConfig config, int member) {
        List<PortConfig> ports = config.ports().values().stream()
                .filter(port -> port.member() == member && port.enabled() && config.aggregate(port).enabled())
                .filter(port -> port.device() instanceof DeviceConfig.Nic nic && !nic.shareWithHost()).toList();
        return new Heartbeat.Devices(names(ports, PortConfig::isStackLink).toList(),
                Stream.concat(names(ports, PortConfig::isLeg),
                        names(ports, port -> !port.isLeg() && !port.isStackLink())).toList());
    }

    private static Stream<String> names(List<PortConfig> ports, Predicate<PortConfig> which) {
        return ports.stream().filter(which).map(PortConfig::device)
                .flatMap(device -> device instanceof DeviceConfig.Nic nic
                        ? Stream.of(nic.interfaceName())
                        : Stream.empty());
    }
}
