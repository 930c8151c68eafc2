package net.weft.controller.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.v1.Drop;
import net.weft.v1.ListDropsRequest;
import net.weft.v1.ListMembersRequest;
import net.weft.v1.ListPortsRequest;
import net.weft.v1.ListWorkersRequest;
import net.weft.v1.Member;
import net.weft.v1.Port;
import net.weft.v1.StatusRequest;
import net.weft.v1.StatusResponse;
import net.weft.v1.Worker;

/** Checks whether an instance runs, and the state of its ports. */
final class InstanceChecks {
    /** Difference of clocks from which on times of two members cannot be compared. */
    private static final long MAX_CLOCK_MILLIS = 2_000;

    private InstanceChecks() {
    }

    static List<Finding> of(ControlOption control) {
        List<Finding> findings = new ArrayList<>();
        try (ControlClient client = control.connect()) {
            StatusResponse status = client.system(system -> system.status(StatusRequest.getDefaultInstance()));
            findings.add(Finding.ok("control", control.address() + ": weft " + status.getVersion() + " runs, process "
                    + status.getProcessId() + ", revision " + status.getRevision() + ", data in " + status.getData()));
            if (control.address().remote() == null) {
                findings.addAll(SocketGroup.check(control.address().socket()));
            }
            client.system(system -> system.listMembers(ListMembersRequest.getDefaultInstance())).getMembersList()
                    .stream()
                    .filter(member -> member.getId() != status.getMember())
                    .forEach(member -> findings.addAll(member(member, status.getVersion())));
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
            client.inspect(inspect -> inspect.listWorkers(ListWorkersRequest.getDefaultInstance())).getWorkersList()
                    .forEach(worker -> worker.getQueuesList().stream()
                            .flatMap(queue -> distance(worker, queue).stream()).forEach(findings::add));
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

    /** Returns what is to say about a member of another process: whether it is there and current, its version and clock. */
    static List<Finding> member(Member member, String version) {
        String what = "member " + member.getId();
        if (!member.getState().equals("up")) {
            return List.of(Finding.fail(what, member.getState().equals("behind")
                    ? "runs revision " + member.getRevision() + ", not " + member.getNewestRevision() + ": "
                            + member.getReason()
                    : "is absent: " + member.getReason()));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok(what, "is connected from " + member.getAddress() + ", runs revision "
                + member.getRevision()));
        if (!member.getVersion().equals(version)) {
            findings.add(Finding.warn(what, "is version " + member.getVersion() + ", its controller " + version
                    + ": upgrade the older one"));
        }
        if (Math.abs(member.getClockAheadMillis()) > MAX_CLOCK_MILLIS) {
            findings.add(Finding.warn(what, "its clock is " + Math.abs(member.getClockAheadMillis()) / 1000 + " s "
                    + (member.getClockAheadMillis() > 0 ? "ahead of" : "behind")
                    + " the controller's: set both by NTP"));
        }
        return findings;
    }

    /** Returns a warning for a queue whose guest runs far from the worker that serves it. */
    static Optional<Finding> distance(Worker worker, Worker.Queue queue) {
        if (!queue.getDistance().equals("far") || queue.getIndex() > 0) {
            return Optional.empty();
        }
        String advice = queue.getNearerCpusList().isEmpty()
                ? "no other processor shares a cache with the guest's"
                : "pin a worker to one of " + queue.getNearerCpusList()
                        + " (members: 1: workers: {cpus: [...]}), or the guest near " + worker.getCpu()
                        + ": small packets gained up to a half where this was measured";
        return Optional.of(Finding.warn("port " + queue.getPort(), "its guest runs on processors "
                + queue.getGuestCpusList() + ", far from processor " + worker.getCpu() + " of worker " + worker.getId()
                + "; " + advice));
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
