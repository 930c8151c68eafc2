package net.weft.controller.model.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.write.FabricKeys;

/** One object that a plan adds ({@code +}), removes ({@code -}) or changes ({@code ~}). */
public sealed interface Change {
    /** Returns the changed object, such as {@code port web1}; unique in a configuration. See {@link Subjects}. */
    String subject();

    /** Returns the change on one line: {@code ~ port web1: access 10 → 20}. */
    String describe();

    /** The plan adds this object. */
    sealed interface Added extends Change {
        Map<String, String> keys();

        @Override
        default String describe() {
            String keys = keys().entrySet().stream().map(key -> key.getKey() + " " + key.getValue())
                    .collect(Collectors.joining(", "));
            return "+ " + subject() + (keys.isEmpty() ? "" : ": " + keys);
        }
    }

    /** The plan removes this object. */
    sealed interface Removed extends Change {
        @Override
        default String describe() {
            return "- " + subject();
        }
    }

    /** The plan changes keys of this object. */
    sealed interface Changed extends Change {
        /** Returns the keys that differ; never empty. */
        List<KeyChange> keys();

        @Override
        default String describe() {
            return "~ " + subject() + ": "
                    + keys().stream().map(KeyChange::toString).collect(Collectors.joining(", "));
        }
    }

    /** Changes keys of the fabric itself: its name, system MAC and export. */
    record FabricChanged(List<KeyChange> keys) implements Changed {
        @Override
        public String subject() {
            return Subjects.FABRIC;
        }
    }

    record MemberAdded(MemberConfig member) implements Added {
        @Override
        public String subject() {
            return Subjects.of(member);
        }

        @Override
        public Map<String, String> keys() {
            return FabricKeys.of(member);
        }
    }

    record MemberRemoved(MemberConfig member) implements Removed {
        @Override
        public String subject() {
            return Subjects.of(member);
        }
    }

    record MemberChanged(MemberConfig from, MemberConfig to, List<KeyChange> keys) implements Changed {
        @Override
        public String subject() {
            return Subjects.of(to);
        }
    }

    record TenantAdded(String tenant) implements Added {
        @Override
        public String subject() {
            return Subjects.tenant(tenant);
        }

        @Override
        public Map<String, String> keys() {
            return Map.of();
        }
    }

    record TenantRemoved(String tenant) implements Removed {
        @Override
        public String subject() {
            return Subjects.tenant(tenant);
        }
    }

    record NetworkAdded(NetworkConfig network) implements Added {
        @Override
        public String subject() {
            return Subjects.of(network);
        }

        @Override
        public Map<String, String> keys() {
            return FabricKeys.of(network);
        }
    }

    record NetworkRemoved(NetworkConfig network) implements Removed {
        @Override
        public String subject() {
            return Subjects.of(network);
        }
    }

    record NetworkChanged(NetworkConfig from, NetworkConfig to, List<KeyChange> keys) implements Changed {
        @Override
        public String subject() {
            return Subjects.of(to);
        }
    }

    record ZoneAdded(ZoneConfig zone) implements Added {
        @Override
        public String subject() {
            return Subjects.of(zone);
        }

        @Override
        public Map<String, String> keys() {
            return FabricKeys.of(zone);
        }
    }

    record ZoneRemoved(ZoneConfig zone) implements Removed {
        @Override
        public String subject() {
            return Subjects.of(zone);
        }
    }

    record ZoneChanged(ZoneConfig from, ZoneConfig to, List<KeyChange> keys) implements Changed {
        @Override
        public String subject() {
            return Subjects.of(to);
        }
    }

    /**
     * Adds a policy at a place in its list.
     *
     * @param place {@code before NAME}, or {@code last}
     */
    record PolicyAdded(PolicyConfig policy, String place) implements Added {
        @Override
        public String subject() {
            return Subjects.of(policy);
        }

        @Override
        public Map<String, String> keys() {
            return FabricKeys.of(policy);
        }

        @Override
        public String describe() {
            return Added.super.describe() + ", " + place;
        }
    }

    record PolicyRemoved(PolicyConfig policy) implements Removed {
        @Override
        public String subject() {
            return Subjects.of(policy);
        }
    }

    record PolicyChanged(PolicyConfig from, PolicyConfig to, List<KeyChange> keys) implements Changed {
        @Override
        public String subject() {
            return Subjects.of(to);
        }
    }

    /**
     * Reorders policies that exist in both configurations.
     *
     * @param keys the policies that move, with their old and new places
     */
    record PoliciesReordered(Optional<String> tenant, List<KeyChange> keys) implements Changed {
        @Override
        public String subject() {
            return Subjects.policies(tenant);
        }
    }

    record VpnGatewayAdded(VpnGatewayConfig gateway) implements Added {
        @Override
        public String subject() {
            return Subjects.of(gateway);
        }

        @Override
        public Map<String, String> keys() {
            return FabricKeys.of(gateway);
        }
    }

    record VpnGatewayRemoved(VpnGatewayConfig gateway) implements Removed {
        @Override
        public String subject() {
            return Subjects.of(gateway);
        }
    }

    record VpnGatewayChanged(VpnGatewayConfig from, VpnGatewayConfig to, List<KeyChange> keys) implements Changed {
        @Override
        public String subject() {
            return Subjects.of(to);
        }
    }

    record VpnPeerAdded(VpnPeerConfig peer) implements Added {
        @Override
        public String subject() {
            return Subjects.of(peer);
        }

        @Override
        public Map<String, String> keys() {
            return FabricKeys.of(peer);
        }
    }

    record VpnPeerRemoved(VpnPeerConfig peer) implements Removed {
        @Override
        public String subject() {
            return Subjects.of(peer);
        }
    }

    record VpnPeerChanged(VpnPeerConfig from, VpnPeerConfig to, List<KeyChange> keys) implements Changed {
        @Override
        public String subject() {
            return Subjects.of(to);
        }
    }

    record PortAdded(PortConfig port) implements Added {
        @Override
        public String subject() {
            return Subjects.of(port);
        }

        @Override
        public Map<String, String> keys() {
            return FabricKeys.of(port);
        }
    }

    record PortRemoved(PortConfig port) implements Removed {
        @Override
        public String subject() {
            return Subjects.of(port);
        }
    }

    record PortChanged(PortConfig from, PortConfig to, List<KeyChange> keys) implements Changed {
        @Override
        public String subject() {
            return Subjects.of(to);
        }

        /** Returns whether the device changes, so that it must be closed and reopened and not only reconfigured. */
        public boolean replacesDevice() {
            return from.member() != to.member() || !from.device().equals(to.device());
        }
    }
}
