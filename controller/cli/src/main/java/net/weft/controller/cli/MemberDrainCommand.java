package net.weft.controller.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import net.weft.controller.cli.connect.ChangeNote;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.v1.EditObjectRequest;
import net.weft.v1.EditObjectRequest.Kind;
import net.weft.v1.EditObjectRequest.Verb;
import net.weft.v1.Lag;
import net.weft.v1.ListLagsRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes the legs of a member out of service, or back: each leg is a revision. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract sealed class MemberDrainCommand implements Callable<Integer> {
    private static final String DRAINED = "drained";
    private static final String DISTRIBUTING = "distributing";
    private static final long LOOK_AGAIN_NS = 100_000_000L;

    @Parameters(paramLabel = "N", description = "the member")
    private int member;
    @Option(names = "--within", paramLabel = "DURATION", converter = TimeLimit.class, defaultValue = "30s", description = "how long to wait for the partners (default: 30s; 0s: not at all)")
    private Duration within = Duration.ofSeconds(30);
    @Mixin
    private ChangeNote note = new ChangeNote();
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** {@code weft member drain}. */
    @Command(name = "drain", description = "Take a member's legs of LAGs out of service without loss, before it is stopped.", footer = {
            "",
            "Legs whose LAG has a leg in use at another member stop sending, tell their partners, and receive until these have",
            "stopped. The command ends when they are `drained`, and names the legs that stay in service because they are the last.",
            "Ports that are at this member alone lose their traffic when it stops. `weft member undrain N` takes the legs back.",
            "", "Examples:", "  weft member drain 2", "  weft member drain 2 --within 0s --comment 'new kernel'"})
    static final class Drain extends MemberDrainCommand {
        @Override
        public Integer call() {
            return run(true);
        }
    }

    /** {@code weft member undrain}. */
    @Command(name = "undrain", description = "Take all drained legs of a member back into service.", footer = {"",
            "The command ends when they are in use again.", "", "Examples:", "  weft member undrain 2"})
    static final class Undrain extends MemberDrainCommand {
        @Override
        public Integer call() {
            return run(false);
        }
    }

    private record Leg(String lag, Lag.Leg leg) {
        private String name() {
            return leg.getPort() + " of " + lag;
        }
    }

    final int run(boolean drains) {
        try (ControlClient client = control.connect()) {
            List<Leg> changed = new ArrayList<>();
            boolean isKnown = false;
            for (Lag lag : lags(client)) {
                isKnown |= lag.getLegsList().stream().anyMatch(leg -> leg.getMember() == member);
                for (Lag.Leg leg : lag.getLegsList()) {
                    if (leg.getMember() == member && drains != leg.getState().equals(DRAINED)
                            && (!drains || isReplaced(lag))) {
                        edit(client, leg.getPort(), drains ? Verb.DRAIN : Verb.UNDRAIN, changed.isEmpty());
                        changed.add(new Leg(lag.getName(), leg));
                    }
                }
            }
            if (!isKnown) {
                throw new FailedException(
                        "member " + member + " has no leg of a LAG; `weft show lags --legs` has them all");
            }
            await(client, changed, drains ? DRAINED : DISTRIBUTING);
            spec.commandLine().getOut().println(changed.isEmpty()
                    ? "nothing to change"
                    : (drains ? "drained: " : "in use again: ") + names(changed));
            return 0;
        }
    }

    /** Returns whether a LAG has a leg in use at another member; says so if it has none. */
    private boolean isReplaced(Lag lag) {
        boolean isReplaced = lag.getLegsList().stream()
                .anyMatch(leg -> leg.getMember() != member && leg.getState().equals(DISTRIBUTING));
        if (!isReplaced) {
            spec.commandLine().getErr().println(
                    "weft: warning: " + lag.getName() + " has no leg in use at another member: those of member "
                            + member + " stay in service");
        }
        return isReplaced;
    }

    private void edit(ControlClient client, String port, Verb verb, boolean isFirst) {
        EditObjectRequest.Builder request = EditObjectRequest.newBuilder().setKind(Kind.LAG).setVerb(verb).setName(port)
                .setRefusalInResponse(true).setOptions(note.options().build());
        if (isFirst) {
            note.base().ifPresent(request::setBaseRevision);
        }
        ApplyCommand.print(client.fabric("", fabric -> fabric.editObject(request.build())), "", false,
                spec.commandLine());
    }

    private void await(ControlClient client, List<Leg> changed, String wanted) {
        long untilNs = System.nanoTime() + within.toNanos();
        List<Leg> waiting = changed;
        while (!within.isZero() && !waiting.isEmpty()) {
            List<String> there = lags(client).stream().flatMap(lag -> lag.getLegsList().stream())
                    .filter(leg -> leg.getState().equals(wanted)).map(Lag.Leg::getPort).toList();
            waiting = changed.stream().filter(leg -> !there.contains(leg.leg().getPort())).toList();
            if (waiting.isEmpty()) {
                return;
            }
            if (System.nanoTime() - untilNs >= 0) {
                throw new FailedException("not " + wanted + " after " + within.toSeconds() + " s: " + names(waiting)
                        + "; `weft show lags --legs` says why");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NS);
        }
    }

    private static List<Lag> lags(ControlClient client) {
        return client.inspect(inspect -> inspect.listLags(ListLagsRequest.getDefaultInstance())).getLagsList();
    }

    private static String names(List<Leg> legs) {
        return legs.stream().map(Leg::name).collect(Collectors.joining(", "));
    }
}
