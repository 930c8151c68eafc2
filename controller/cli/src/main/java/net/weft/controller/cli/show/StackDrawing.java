package net.weft.controller.cli.show;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.weft.v1.StackMember;

/** Draws the tree by which floods of the master pass through a stack, from what each member says of its own links. */
final class StackDrawing {
    private final Map<Integer, StackMember> members = new LinkedHashMap<>();
    private final int root;
    private final Set<Integer> drawn = new HashSet<>();
    private final List<String> lines = new ArrayList<>();

    private StackDrawing(List<StackMember> all) {
        all.stream().sorted(Comparator.comparingInt(StackMember::getId))
                .forEach(member -> members.put(member.getId(), member));
        root = members.containsKey(all.getFirst().getMaster()) ? all.getFirst().getMaster() : all.getFirst().getId();
    }

    /** Returns the lines of the drawing. @param members at least one */
    static List<String> of(List<StackMember> members) {
        StackDrawing drawing = new StackDrawing(members);
        drawing.draw(drawing.root, "", "", "");
        drawing.members.keySet().stream().filter(id -> !drawing.drawn.contains(id))
                .forEach(id -> drawing.lines.add("member " + id + " (out of reach of member " + drawing.root + ")"));
        return drawing.lines;
    }

    private record Child(String port, StackMember.Link link) {
    }

    private void draw(int id, String indent, String further, String by) {
        drawn.add(id);
        StackMember member = members.get(id);
        String role = member == null ? " (does not answer)" : id == root ? " (" + member.getRole() + ")" : "";
        lines.add(indent + by + "member " + id + role);
        List<Child> children = member == null ? List.of() : children(member);
        for (int n = 0; n < children.size(); n++) {
            boolean isLast = n == children.size() - 1;
            Child child = children.get(n);
            if (!drawn.contains(child.link().getNeighbor())) {
                draw(child.link().getNeighbor(), further + (isLast ? "└─ " : "├─ "), further + (isLast ? "   " : "│  "),
                        child.port() + " ── " + portThere(child.link()));
            }
        }
    }

    /** The links by which a member sends the root's floods on. */
    private List<Child> children(StackMember member) {
        return member.getTreesList().stream().filter(tree -> tree.getSource() == root)
                .flatMap(tree -> tree.getChildrenList().stream())
                .flatMap(port -> member.getLinksList().stream().filter(link -> link.getPort().equals(port))
                        .map(link -> new Child(port, link)))
                .toList();
    }

    private String portThere(StackMember.Link link) {
        StackMember neighbor = members.get(link.getNeighbor());
        return neighbor == null
                ? ""
                : neighbor.getLinksList().stream().filter(there -> there.getNumber() == link.getNeighborNumber())
                        .map(there -> there.getPort() + " ").findFirst().orElse("");
    }
}
