package net.weft.controller.cli.show;

import java.util.List;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.Existing;
import net.weft.v1.ListNamesRequest.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The filters that several listings have. Each refuses what does not exist. */
final class Filters {
    private static final int MAX_VLAN = 4094;

    private Filters() {
    }

    /** The filter {@code --port}. */
    static final class OfPort {
        @Option(names = "--port", paramLabel = "NAME", description = "only this port, or only what belongs to it")
        private String port = "";

        /** Returns the name, or an empty text for every port. */
        String wanted(ControlClient client) {
            Existing.check(client, Kind.PORT, port);
            return port;
        }
    }

    /** The filter {@code --tenant}. */
    static final class OfTenant {
        @Option(names = "--tenant", paramLabel = "NAME", description = "only of this tenant")
        private String tenant = "";

        /** Returns the name, or an empty text for every tenant. */
        String wanted(ControlClient client) {
            Existing.check(client, Kind.TENANT, tenant);
            return tenant;
        }
    }

    /** The filter {@code --vlan}. */
    static final class OfVlan {
        @Option(names = "--vlan", paramLabel = "VID", description = "only this VLAN, or only what is in it")
        private @Nullable Integer vlan;
        @Spec(Spec.Target.MIXEE)
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        /** Returns the VLAN ID, or 0 for every VLAN. */
        int wanted(ControlClient client) {
            if (vlan == null) {
                return 0;
            }
            if (vlan < 1 || vlan > MAX_VLAN) {
                throw new ParameterException(spec.commandLine(), "--vlan " + vlan + ": expected 1 to " + MAX_VLAN);
            }
            Existing.check(client, Kind.VLAN, vlan.toString());
            return vlan;
        }
    }

    /** Returns the word of an option, which is one of a fixed list or empty. */
    static String word(CommandSpec spec, String option, String word, List<String> words) {
        if (!word.isEmpty() && !words.contains(word)) {
            throw new ParameterException(spec.commandLine(), option + " " + word + ": expected "
                    + String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast());
        }
        return word;
    }
}
