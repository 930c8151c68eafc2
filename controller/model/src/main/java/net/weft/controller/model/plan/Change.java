package net.weft.controller.model.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.write.FabricKeys;

/** One object that a plan adds ({@code +}), removes ({@code -}) or changes ({@code ~}). */
public sealed interface Change {
    /** The object, as {@code port web1}; unique in a configuration. See {@link Subjects}. */
    String subject();

    /** One line: {@code ~ port web1: access 10 → 20}. */
    String describe();

    /** An object that was not there. */
    sealed interface Added extends Change {
        Map<String, String> keys();

        @Override
        default String describe() {
            String keys = keys().entrySet().stream().map(key -> key.getKey() + " " + key.getValue())
                    .collect(Collectors.joining(", "));
            return "+ " + subject() + (keys.isEmpty() ? "" : ": " + keys);
        }
    }

    /** An object that is there no more. */
    sealed interface Removed extends Change {
        @Override
        default String describe() {
            return "- " + subject();
        }
    }

    /** An object of the same name with other keys. */
    sealed interface Changed extends Change {
        /** What differs; never empty. */
        List<KeyChange> keys();

        @Override
        default String describe() {
            return "~ " + subject() + ": "
                    + keys().stream().map(KeyChange::toString).collect(Collectors.joining(", "));
        }
    }

    /** Keys of the fabric itself: name, system MAC, what it exports. */
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

    /** @param place {@code before NAME}, or {@code last} */
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
     * Policies that stay, in another order.
     *
     * @param keys those that move, from where to where
     */
    record PoliciesReordered(Optional<String> tenant, List<KeyChange> keys) implements Changed {
        @Override
        public String subject() {
            return Subjects.policies(tenant);
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

        /** Whether the device is another: it must be closed and opened, not only judged anew. */
        public boolean replacesDevice() {
            return from.member() != to.member() || !from.device().equals(to.device());
        }
    }
}
