package net.weft.controller.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import net.weft.controller.cli.FileOption;
import net.weft.controller.cli.Finding;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;

/** Checks whether the devices of a file exist, before an instance is started. */
public final class DeviceChecks {
    private DeviceChecks() {
    }

    static List<Finding> of(String file) {
        return switch (FabricYaml.parse(FileOption.read(file))) {
            case Validation.Invalid invalid ->
                invalid.faults().stream().map(fault -> Finding.fail("file", fault.describe(file))).toList();
            case Validation.Valid valid -> of(file, valid.config().ports().values());
        };
    }

    private static List<Finding> of(String file, Collection<PortConfig> ports) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("file", file + " has no faults"));
        ports.stream().map(DeviceChecks::device).forEach(findings::add);
        if (ports.stream().anyMatch(port -> port.device() instanceof DeviceConfig.QemuDgram)) {
            findings.add(DatagramQueue.check(DatagramQueue.SYSCTL));
        }
        return findings;
    }

    private static Finding device(PortConfig port) {
        String what = "port " + port.name();
        return switch (port.device()) {
            case DeviceConfig.Lag lag -> Finding.ok("lag " + port.name(), "its legs are "
                    + String.join(", ", lag.settings().ports()));
            case DeviceConfig.Nic nic -> there(what, nic.interfaceName());
            case DeviceConfig.Pcap pcap -> there(what, pcap.interfaceName());
            case DeviceConfig.PcapFiles files -> files.read().filter(file -> !Files.isReadable(Path.of(file)))
                    .map(file -> Finding.fail(what, file + ": there is no such file, or it may not be read"))
                    .or(() -> files.write().map(file -> socket(what, file)))
                    .orElseGet(() -> Finding.ok(what, "its file can be read"));
            case DeviceConfig.Tap tap when tap.persist() -> isInterface(tap.interfaceName())
                    ? Finding.ok(what, "interface " + tap.interfaceName() + " is there and will be taken over")
                    : Finding.ok(what, "Weft will make interface " + tap.interfaceName() + ", which stays");
            case DeviceConfig.Tap tap -> isInterface(tap.interfaceName())
                    ? Finding.warn(what, "interface " + tap.interfaceName()
                            + " is there already: fine if Weft runs, else a tap port needs another name")
                    : Finding.ok(what, "Weft will make interface " + tap.interfaceName());
            case DeviceConfig.QemuStream stream -> socket(what, stream.socket());
            case DeviceConfig.Udp udp -> Finding.ok(what, "UDP datagrams from " + udp.local() + " to " + udp.remote());
            case DeviceConfig.WireGuard gateway -> Finding.ok(what, "UDP port " + gateway.listen());
            case DeviceConfig.VhostUser vhost -> socket(what, vhost.socket());
            case DeviceConfig.QemuDgram dgram -> socket(what, dgram.local());
        };
    }

    private static Finding there(String what, String name) {
        return isInterface(name)
                ? Finding.ok(what, "interface " + name + " is there")
                : Finding.fail(what, "there is no interface " + name + "; see: ip link");
    }

    private static boolean isInterface(String name) {
        return Files.exists(Path.of("/sys/class/net").resolve(name));
    }

    private static Finding socket(String what, String socket) {
        Path directory = Path.of(socket).getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            return Finding.fail(what, socket + ": its directory does not exist: mkdir -p " + directory);
        }
        return Files.isWritable(directory)
                ? Finding.ok(what, "directory of " + socket + " is writable")
                : Finding.fail(what, socket + ": no permission to write in " + directory);
    }
}
