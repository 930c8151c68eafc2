package net.weft.controller.model.revision;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.plan.Subjects;

/**
 * One committed configuration and what must survive with it.
 *
 * @param number 1 for the first, then one more each time
 * @param config with a system MAC
 * @param origins by {@linkplain Subjects subject}; without one, an object is as it was before
 *     anything was configured
 * @param portNumbers for every port of {@code config}, and for those removed
 * @param zoneNumbers for every zone and policy of {@code config}, and for those removed
 * @param fileText the file last given, by this commit or an earlier one; empty: none ever was
 */
public record Revision(long number, Instant time, String who, String comment, FabricConfig config,
        Map<String, Origin> origins, PortNumbers portNumbers, ZoneNumbers zoneNumbers,
        Optional<String> fileText) {
    public Revision {
        origins = Map.copyOf(origins);
    }

    /** {@code 1/0/3} of a port; empty if the configuration has no port of that name. */
    public Optional<String> interfaceName(String port) {
        return config.port(port).map(portNumbers::interfaceName);
    }
}
