package net.weft.controller.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Finds who may use the control socket beside its owner: each of them is as good as the owner, usually root. */
final class SocketGroup {
    private static final int NAMED = 10;
    private static final Path GROUPS = Path.of("/etc/group");
    private static final Path USERS = Path.of("/etc/passwd");

    private SocketGroup() {
    }

    static List<Finding> check(Path socket) {
        return check(socket, GROUPS, USERS);
    }

    static List<Finding> check(Path socket, Path groups, Path users) {
        try {
            PosixFileAttributes file = Files.readAttributes(socket, PosixFileAttributes.class);
            String group = file.group().getName();
            if (!file.permissions().contains(PosixFilePermission.GROUP_WRITE)) {
                return List.of(Finding.ok("control group", "nobody but " + file.owner().getName()));
            }
            TreeSet<String> members = new TreeSet<>(members(group, groups, users));
            members.remove(file.owner().getName());
            return List.of(members.isEmpty()
                    ? Finding.ok("control group", group + ", which has no other member")
                    : Finding.warn("control group",
                            "the members of " + group + " may change the switch, which is as good"
                                    + " as being " + file.owner().getName() + ": " + named(List.copyOf(members))));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String named(List<String> members) {
        int more = members.size() - NAMED;
        return String.join(", ", members.stream().limit(NAMED).toList()) + (more > 0 ? " and " + more + " more" : "");
    }

    /** Returns the members by list and those whose own group it is. */
    private static List<String> members(String group, Path groups, Path users) throws IOException {
        List<String> members = new ArrayList<>();
        String number = "";
        for (String line : Files.readAllLines(groups)) {
            String[] fields = line.split(":", -1);
            if (fields.length > 3 && (fields[0].equals(group) || fields[2].equals(group))) {
                number = fields[2];
                members.addAll(List.of(fields[3].split(",")));
            }
        }
        for (String line : Files.readAllLines(users)) {
            String[] fields = line.split(":", -1);
            if (fields.length > 3 && fields[3].equals(number)) {
                members.add(fields[0]);
            }
        }
        members.removeIf(String::isBlank);
        return members;
    }
}
