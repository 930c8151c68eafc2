package net.weft.controller.member;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.stacking.StackView;
import net.weft.stacking.link.LinkFault;
import net.weft.stacking.link.LinkView;
import net.weft.v1.StackMember;
import net.weft.vswitch.stack.StackRoutes;

/** Reads the state of the stack for the API. Any thread. */
final class StackInspection {
    private StackInspection() {
    }

    /** Returns this member's row; none if it is in no stack. */
    static List<StackMember> members(MemberAgent agent) {
        MemberAgent.Desired desired = agent.desired();
        Map<Integer, String> names = agent.links().stackLinkNames();
        return agent.links().stack().map(view -> row(view, names, desired)).stream().toList();
    }

    private static StackMember row(StackView view, Map<Integer, String> names, MemberAgent.Desired desired) {
        StackMember.Builder row = StackMember.newBuilder().setId(view.self()).setMaster(view.master())
                .setRole(view.master() == view.self() ? "master" : "member")
                .addAllReaches(view.topology().members())
                .setTopology(String.format(Locale.ROOT, "%016x", view.topology().digest()));
        view.members().stream().filter(state -> state.member() == view.self())
                .forEach(own -> row.setPriority(own.priority()).setUptimeSeconds(own.uptimeSeconds()));
        view.links().forEach(link -> row.addLinks(link(link, names)));
        StackRoutes routes = view.topology().routes();
        view.topology().members().forEach(source -> row.addTrees(tree(routes, source, names)));
        lags(view, row, desired.config(), desired.numbers());
        return row.build();
    }

    private static StackMember.Link link(LinkView link, Map<Integer, String> names) {
        return StackMember.Link.newBuilder().setPort(names.getOrDefault(link.link(), "")).setNumber(link.link())
                .setState(link.state().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .setNeighbor(link.neighbor()).setNeighborNumber(Math.max(0, link.neighborLink()))
                .setFailures(link.failures())
                .setFault(link.fault() == LinkFault.NONE ? "" : link.fault().meaning()).build();
    }

    private static StackMember.Tree tree(StackRoutes routes, int source, Map<Integer, String> names) {
        int children = routes.children(source);
        return StackMember.Tree.newBuilder().setSource(source)
                .setParent(names.getOrDefault(routes.parent(source), ""))
                .addAllChildren(IntStream.range(0, StackRoutes.MAX_LINKS).filter(link -> (children >>> link & 1) != 0)
                        .mapToObj(link -> names.getOrDefault(link, "")).toList())
                .build();
    }

    private static void lags(StackView view, StackMember.Builder row, FabricConfig config, PortNumbers numbers) {
        for (PortConfig port : config.ports().values()) {
            if (config.isSpread(port)) {
                int number = numbers.of(port.name());
                row.addLags(StackMember.LagUse.newBuilder().setName(port.name())
                        .addAllMembers(view.topology().lags().members(number))
                        .setForwarder(view.topology().lags().designated(number)));
            }
        }
    }
}
