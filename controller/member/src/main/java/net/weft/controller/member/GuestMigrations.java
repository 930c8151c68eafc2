package net.weft.controller.member;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.attach.MigrationRefusedException;
import net.weft.vswitch.attach.MigrationStatus;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.PortSpec;

/**
 * Live migration of guests between vhost-user sockets of one member. The configuration that a migration leads to is
 * validated before it begins, as an edit of the port, and committed as that edit when the guest has moved. Until then
 * the stored revision has the old socket, and afterwards the new one, so that a restart finds the guest either way. Any
 * thread.
 */
public final class GuestMigrations {
    private static final System.Logger LOG = System.getLogger(GuestMigrations.class.getName());

    private final MemberAgent agent;
    private final Edits edits;

    /** Commits edits of the configuration. */
    @FunctionalInterface
    public interface Edits {
        /**
         * Commits a change of keys of a port.
         *
         * @param keys keys of the file, with values as YAML; an empty value removes the key
         * @param comment comment of the revision
         */
        void set(String port, Map<String, String> keys, String comment);
    }

    public GuestMigrations(MemberAgent agent, Edits edits) {
        this.agent = agent;
        this.edits = edits;
        agent.vswitch().onMigrated(this::moved);
    }

    int member() {
        return agent.member();
    }

    /**
     * Binds the socket to which the guest will migrate.
     *
     * @param mode {@code client}, {@code server}, or empty for the port's present mode
     * @throws MigrationRefusedException if the port cannot be migrated
     * @throws net.weft.controller.model.yaml.InvalidConfigException if the new socket would make the configuration
     *     invalid
     */
    MigrationStatus begin(String port, String socket, String mode) {
        MemberAgent.Desired desired = agent.desired();
        PortConfig config = desired.config().port(port)
                .orElseThrow(() -> new MigrationRefusedException("there is no port " + port));
        if (!(config.device() instanceof DeviceConfig.VhostUser vhost)) {
            throw new MigrationRefusedException("port " + port + " is of type " + config.device().type()
                    + "; only the guest of a vhost-user port can be migrated");
        }
        if (config.member() != agent.member()) {
            throw new MigrationRefusedException("port " + port + " is on member " + config.member()
                    + "; this is member " + agent.member());
        }
        if (socket.equals(vhost.socket())) {
            throw new MigrationRefusedException("port " + port + " is attached to " + socket + " already");
        }
        boolean listens = mode.isEmpty() ? vhost.mode() == DeviceConfig.QemuStream.Mode.SERVER : mode.equals("server");
        String chosen = mode.isEmpty() ? listens ? "server" : "client" : mode;
        FabricConfig moved = FabricEdit.setPort(desired.config(), port, keys(socket, chosen)).orElseThrow();
        PortSpec spec = PortSpecs.of(moved, desired.numbers(), agent.member()).stream()
                .filter(next -> next.name().equals(port)).findFirst().orElseThrow();
        return vswitch().migrate(port, spec.device());
    }

    MigrationStatus abort(String port) {
        return vswitch().abortMigration(port);
    }

    List<MigrationStatus> list() {
        return vswitch().migrations();
    }

    private VirtualSwitch vswitch() {
        return agent.vswitch();
    }

    private static Map<String, String> keys(String socket, String mode) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("socket", socket);
        keys.put("mode", mode);
        if (mode.equals("client")) {
            List.of("socket-owner", "socket-group", "socket-mode").forEach(key -> keys.put(key, ""));
        }
        return keys;
    }

    /**
     * Starts the commit of a completed migration. Called on the control thread of the switch, which must not wait for
     * it.
     */
    private void moved(MigrationStatus status) {
        if (status.to() instanceof DeviceSpec.VhostUser to) {
            Thread.ofVirtual().name("weft-migrated").start(() -> commit(status.port(), status.from().label(), to));
        }
    }

    private void commit(String port, String from, DeviceSpec.VhostUser to) {
        try {
            edits.set(port, keys(to.socket(), to.listen() ? "server" : "client"),
                    "port migrate " + port + " from " + from);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "port " + port + " moved to " + to.socket()
                    + ", but the configuration does not say so: " + e.getMessage() + "; `weft port set " + port
                    + " socket=" + to.socket() + "` makes it", e);
        }
    }
}
