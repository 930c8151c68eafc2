package net.weft.controller.model.yaml.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.LagSettings;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.tree.Fault;

/** Takes a leg of a LAG out of service, or back into service: changes {@code drained} of its LAG. */
public final class DrainEdit {
    private DrainEdit() {
    }

    /**
     * Drains a leg or ends that; changes nothing if it is as wished already.
     *
     * @param port name of the leg; any other port is a fault
     */
    public static Validation of(FabricConfig config, String port, boolean drained) {
        for (PortConfig lag : config.ports().values()) {
            if (lag.device() instanceof DeviceConfig.Lag(LagSettings settings) && settings.ports().contains(port)) {
                List<String> wanted = new ArrayList<>(settings.drained());
                wanted.remove(port);
                if (drained) {
                    wanted.add(port);
                }
                return ObjectEdit.set(config, ObjectEdit.Kind.LAG, lag.name(),
                        Map.of("drained", String.join(", ", wanted)));
            }
        }
        return FabricEdit.refused(Fault.Kind.REFERENCE, "ports", port, config.ports().containsKey(port)
                ? "is no leg of a LAG; weft show lags --legs lists them"
                : "there is no such port");
    }
}
