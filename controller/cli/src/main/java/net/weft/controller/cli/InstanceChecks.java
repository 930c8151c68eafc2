package net.weft.controller.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.v1.Drop;
import net.weft.v1.ListDropsRequest;
import net.weft.v1.ListPortsRequest;
import net.weft.v1.Port;
import net.weft.v1.StatusRequest;
import net.weft.v1.StatusResponse;

/** Checks whether an instance runs, and the state of its ports. */
final class InstanceChecks {
    private InstanceChecks() {
    }

    static List<Finding> of(ControlOption control) {
        List<Finding> findings = new ArrayList<>();
        try (ControlClient client = control.connect()) {
            StatusResponse status = client.system(system -> system.status(StatusRequest.getDefaultInstance()));
            findings.add(Finding.ok("control", control.address() + ": weft " + status.getVersion() + " runs, process "
                    + status.getProcessId() + ", revision " + status.getRevision() + ", data in " + status.getData()));
            findings.addAll(SocketGroup.check(control.address().socket()));
            if (!status.getBehindReason().isEmpty()) {
                findings.add(Finding.fail("member " + status.getMember(), "runs revision " + status.getRunningRevision()
                        + ", not " + status.getRevision() + ": " + status.getBehindReason()));
            }
            status.getProblemsList().forEach(problem -> findings.add(Finding.fail(status.getHealth(), problem
                    + (status.getHealth().equals("degraded") ? "; settle it with `weft apply`" : ""))));
            client.inspect(inspect -> inspect.listPorts(ListPortsRequest.getDefaultInstance())).getPortsList().stream()
                    .map(InstanceChecks::port).forEach(findings::add);
            client.inspect(inspect -> inspect.listDrops(ListDropsRequest.getDefaultInstance())).getDropsList().stream()
                    .flatMap(drop -> drop(drop).stream()).forEach(findings::add);
        } catch (FailedException e) {
            findings.add(Finding.warn("control", String.join("; ", e.lines())));
        }
        return findings;
    }

    /** Returns a warning for drops that a setting of the host behind the port would end. */
    static Optional<Finding> drop(Drop drop) {
        return drop.getReason().equals("bad-offload") && drop.getIngress() > 0
                ? Optional.of(Finding.warn("port " + drop.getPort(), drop.getIngress()
                        + " frames with a bad offload were dropped; if its host sends tunnels, there:"
                        + " ethtool -K TUNNEL tx off"))
                : Optional.empty();
    }

    private static Finding port(Port port) {
        String what = "port " + port.getName();
        String device = port.getType() + " " + port.getDevice();
        return switch (port.getState()) {
            case "up" -> Finding.ok(what, device + " is up");
            case "disabled" -> Finding.ok(what, device + " is disabled by the configuration");
            default -> port.getReason().equals("waiting-for-guest")
                    ? Finding.warn(what, device + " waits for its guest: " + port.getMessage())
                    : Finding.fail(what, port.getReason() + ": " + port.getMessage());
        };
    }
}
