package net.weft.controller.cli.connect;

import java.util.List;
import java.util.Locale;
import net.weft.v1.ListNamesRequest;
import net.weft.v1.ListNamesRequest.Kind;

/** Refuses a filter that names what does not exist, as its empty result would look like an answer. */
public final class Existing {
    private static final int NAMED = 12;

    private Existing() {
    }

    public static List<String> names(ControlClient client, Kind kind) {
        ListNamesRequest request = ListNamesRequest.newBuilder().setKind(kind).build();
        return client.inspect(inspect -> inspect.listNames(request)).getNamesList();
    }

    /**
     * Checks the name of a filter; an empty name is none.
     *
     * @throws FailedException if there is nothing of that name
     */
    public static void check(ControlClient client, Kind kind, String name) {
        if (name.isEmpty()) {
            return;
        }
        List<String> names = names(client, kind);
        if (!names.contains(name)) {
            throw new FailedException("there is no " + word(kind) + " " + name + "; there "
                    + (names.size() == 1 ? "is " : "are ") + listed(names));
        }
    }

    private static String word(Kind kind) {
        return kind == Kind.VLAN ? "VLAN" : kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String listed(List<String> names) {
        if (names.isEmpty()) {
            return "none";
        }
        int more = names.size() - NAMED;
        return String.join(", ", names.stream().limit(NAMED).toList()) + (more > 0 ? " and " + more + " more" : "");
    }
}
