package net.weft.controller.cli.show;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.weft.v1.ListStackRequest;
import net.weft.v1.StackMember;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "stack", mixinStandardHelpOptions = true, sortOptions = false, description = "The members of the stack, the links between them, and the LAGs over several members.", footer = {
        "",
        "A link is up, damped (it failed lately and must prove itself), one-way (the neighbour does not hear this end), silent",
        "(no hello arrives) or no-carrier. The tree is the way of floods that enter at the master; every member has one.",
        "",
        "Examples:", "  weft show stack", "  weft show stack --watch", "  weft show stack -o json"})
final class ShowStack implements Runnable {
    private record LinkRow(StackMember member, StackMember.Link link) {
    }

    private record LagRow(String name, String members, String forwarder) {
    }

    private static final List<Column<StackMember>> MEMBERS = List.of(Column.of("id", StackMember::getId),
            Column.of("role", StackMember::getRole), Column.of("priority", StackMember::getPriority),
            Column.of("uptime-seconds", StackMember::getUptimeSeconds),
            Column.of("reaches", StackMember::getReachesList),
            Column.of("topology", StackMember::getTopology));
    private static final List<Column<StackMember>> COLUMNS = List.of(Column.of("id", StackMember::getId),
            Column.of("role", StackMember::getRole), Column.of("master", StackMember::getMaster),
            Column.of("priority", StackMember::getPriority),
            Column.of("uptime-seconds", StackMember::getUptimeSeconds),
            Column.of("reaches", StackMember::getReachesList),
            Column.of("topology", StackMember::getTopology), Column.of("links", ShowStack::links),
            Column.of("trees", ShowStack::trees), Column.of("lags", ShowStack::lags));
    private static final List<Column<LinkRow>> LINKS = List.of(Column.of("member", row -> row.member().getId()),
            Column.of("link", row -> row.link().getPort()), Column.of("state", row -> row.link().getState()),
            Column.of("leads-to", row -> leadsTo(row.link())), Column.of("failures", row -> row.link().getFailures()),
            Column.of("fault", row -> row.link().getFault()));
    private static final List<Column<LagRow>> LAGS = List.of(Column.of("lag", LagRow::name),
            Column.of("legs-in-use-at", LagRow::members), Column.of("forwarder-of-floods", LagRow::forwarder));

    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.showAs(COLUMNS, client -> client
                .inspect(inspect -> inspect.listStack(ListStackRequest.getDefaultInstance())).getMembersList(),
                ShowStack::print);
    }

    private static void print(List<StackMember> members, PrintWriter out) {
        Listing.write(Listing.Format.TABLE, MEMBERS, members, out);
        List<LinkRow> links = members.stream()
                .flatMap(member -> member.getLinksList().stream().map(link -> new LinkRow(member, link))).toList();
        if (!links.isEmpty()) {
            out.println();
            Listing.write(Listing.Format.TABLE, LINKS, links, out);
        }
        List<LagRow> lags = members.stream().limit(1).flatMap(member -> member.getLagsList().stream())
                .map(lag -> new LagRow(lag.getName(), lag.getMembersList().stream().map(id -> "member " + id)
                        .collect(Collectors.joining(", ")),
                        lag.getForwarder() == 0 ? "" : "member " + lag.getForwarder()))
                .toList();
        if (!lags.isEmpty()) {
            out.println();
            Listing.write(Listing.Format.TABLE, LAGS, lags, out);
        }
        if (!members.isEmpty()) {
            out.println();
            StackDrawing.of(members).forEach(out::println);
        }
    }

    private static String leadsTo(StackMember.Link link) {
        return link.getNeighbor() == 0 ? "" : "member " + link.getNeighbor();
    }

    private static List<Map<String, Object>> links(StackMember member) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (StackMember.Link link : member.getLinksList()) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("port", link.getPort());
            values.put("number", link.getNumber());
            values.put("state", link.getState());
            values.put("neighbor", link.getNeighbor());
            values.put("neighbor-number", link.getNeighborNumber());
            values.put("failures", link.getFailures());
            values.put("fault", link.getFault());
            all.add(values);
        }
        return all;
    }

    private static List<Map<String, Object>> trees(StackMember member) {
        return member.getTreesList().stream().<Map<String, Object>>map(tree -> {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("source", tree.getSource());
            values.put("parent", tree.getParent());
            values.put("children", List.copyOf(tree.getChildrenList()));
            return values;
        }).toList();
    }

    private static List<Map<String, Object>> lags(StackMember member) {
        return member.getLagsList().stream().<Map<String, Object>>map(lag -> {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("name", lag.getName());
            values.put("members", List.copyOf(lag.getMembersList()));
            values.put("forwarder", lag.getForwarder());
            return values;
        }).toList();
    }
}
