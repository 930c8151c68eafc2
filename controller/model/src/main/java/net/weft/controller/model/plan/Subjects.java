package net.weft.controller.model.plan;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.ZoneConfig;

/** The names of objects in plans, origins and events. Revisions store them, so that they must never change. */
public final class Subjects {
    public static final String FABRIC = "fabric";

    private Subjects() {
    }

    /** Returns {@code member 1}. */
    public static String of(MemberConfig member) {
        return "member " + member.id();
    }

    /** Returns {@code tenant acme}. */
    public static String tenant(String tenant) {
        return "tenant " + tenant;
    }

    /** Returns {@code network acme/web}. */
    public static String of(NetworkConfig network) {
        return "network " + network.name();
    }

    /** Returns {@code zone dmz} or {@code zone acme/batch}. */
    public static String of(ZoneConfig zone) {
        return "zone " + zone.name();
    }

    /** Returns {@code policy web-to-db} or {@code policy acme/nightly}. */
    public static String of(PolicyConfig policy) {
        return "policy " + policy.name();
    }

    /**
     * Returns the subject of the order of policies: {@code policies} for the fabric's, {@code policies acme} for a
     * tenant's.
     */
    public static String policies(Optional<String> tenant) {
        return tenant.map(of -> "policies " + of).orElse("policies");
    }

    /** Returns {@code port web1} or {@code lag po1}. */
    public static String of(PortConfig port) {
        return (port.device() instanceof DeviceConfig.Lag ? "lag " : "port ") + port.name();
    }

    /** Returns {@code gateway office}. */
    public static String of(VpnGatewayConfig gateway) {
        return "gateway " + gateway.name();
    }

    /** Returns {@code peer office/alice}. */
    public static String of(VpnPeerConfig peer) {
        return "peer " + peer.portName();
    }

    /** Returns the subject of every object of the configuration. */
    public static SequencedSet<String> all(FabricConfig config) {
        SequencedSet<String> subjects = new LinkedHashSet<>();
        subjects.add(FABRIC);
        config.members().values().forEach(member -> subjects.add(of(member)));
        config.tenants().keySet().forEach(tenant -> subjects.add(tenant(tenant)));
        config.networks().forEach(network -> subjects.add(of(network)));
        config.allZones().forEach(zone -> subjects.add(of(zone)));
        config.allPolicies().forEach(policy -> {
            subjects.add(of(policy));
            subjects.add(policies(policy.name().tenant()));
        });
        config.ports().values().forEach(port -> subjects.add(of(port)));
        config.vpn().values().forEach(gateway -> {
            subjects.add(of(gateway));
            gateway.peers().values().forEach(peer -> subjects.add(of(peer)));
        });
        return subjects;
    }
}
