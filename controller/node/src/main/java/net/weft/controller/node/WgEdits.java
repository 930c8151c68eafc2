package net.weft.controller.node;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.edit.BatchEdit.Edit;
import net.weft.controller.model.yaml.edit.BatchEdit.Verb;
import net.weft.controller.model.yaml.edit.BatchEdit;
import net.weft.controller.model.yaml.edit.ObjectEdit;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.value.Prefixes;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.NotCarriedOutException;
import net.weft.controller.server.Refusal;
import net.weft.controller.server.RefusedException;
import net.weft.controller.server.StoreException;
import net.weft.controller.server.Terms;
import net.weft.linux.Errno;
import net.weft.vpn.SecretStore;
import net.weft.vpn.VpnGateways;
import net.weft.vpn.uapi.WgAdmin;
import net.weft.vpn.uapi.WgPeer;
import net.weft.vpn.uapi.WgSet;
import net.weft.wireguard.Identity;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/** Makes what wg(8) asks for one revision; a change of endpoints alone, or of nothing, is none. */
final class WgEdits implements WgAdmin {
    private static final System.Logger LOG = System.getLogger(WgEdits.class.getName());

    private final Fabric fabric;
    private final VpnGateways gateways;
    private final SecretStore secrets;
    private final SecureRandom random = new SecureRandom();

    WgEdits(Fabric fabric, VpnGateways gateways, SecretStore secrets) {
        this.fabric = fabric;
        this.gateways = gateways;
        this.secrets = secrets;
    }

    /** A request that cannot be carried out. */
    private static final class UnfitException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int errno;

        UnfitException(int errno, String why) {
            super(why);
            this.errno = errno;
        }
    }

    @Override
    public int set(WgSet set, String user) {
        try {
            checkDevice(set);
            commit(set, user);
            for (WgPeer peer : set.peers()) {
                if (peer.endpoint() != null && !peer.isRemoved()) {
                    gateways.endpoint(set.gateway(), peer.key(), peer.endpoint());
                }
            }
            return OK;
        } catch (UnfitException e) {
            return e.errno;
        } catch (RefusedException e) {
            if (e.refusal() instanceof Refusal.OnTrial) {
                return Errno.EAGAIN;
            }
            return e.refusal() instanceof Refusal.Invalid invalid
                    && invalid.faults().stream().anyMatch(fault -> fault.kind() == Fault.Kind.CONFLICT)
                            ? Errno.EADDRINUSE
                            : Errno.EINVAL;
        } catch (StoreException _) {
            return Errno.ENOSPC;
        } catch (NotCarriedOutException _) {
            return Errno.EIO;
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.WARNING, "wg set " + set.gateway() + ": " + e.getMessage());
            return Errno.EIO;
        }
    }

    /** Commits what is asked. Key files that were written for it are deleted if it is not stored. */
    private void commit(WgSet set, String user) {
        List<String> written = new ArrayList<>();
        boolean isStored = false;
        try {
            fabric.edit(config -> edited(config, set, written), Terms.PLAIN, user, "wg set " + set.gateway()
                    + (set.vlan() == 0 ? "" : "." + set.vlan()));
            isStored = true;
        } catch (NotCarriedOutException e) {
            isStored = true;
            throw e;
        } finally {
            if (!isStored) {
                written.forEach(secrets::delete);
            }
        }
    }

    /** The private key and the port are the file's: they may be named, if they are what they were. */
    private void checkDevice(WgSet set) {
        byte[] key = set.privateKey();
        if (key != null) {
            boolean same = gateways.publicKey(set.gateway()).equals(Optional.of(new Identity(key).publicKey()));
            Arrays.fill(key, (byte) 0);
            if (!same) {
                throw new UnfitException(Errno.EOPNOTSUPP, "the private key is in its file");
            }
        }
        VpnGatewayConfig gateway = fabric.config().vpn().get(set.gateway());
        if (gateway == null || set.listen().isPresent() && set.listen().getAsInt() != gateway.listen()) {
            throw new UnfitException(Errno.EOPNOTSUPP, "the port is in fabric.yaml");
        }
    }

    private Validation edited(FabricConfig config, WgSet set, List<String> written) {
        VpnGatewayConfig gateway = config.vpn().get(set.gateway());
        if (gateway == null) {
            throw new UnfitException(Errno.ENODEV, set.gateway());
        }
        Map<String, VpnPeerConfig> byKey = new LinkedHashMap<>();
        gateway.peers().values().stream().filter(peer -> set.vlan() == 0 || vlan(config, peer.network()) == set.vlan())
                .forEach(peer -> byKey.put(peer.publicKey(), peer));
        List<Edit> edits = new ArrayList<>();
        Set<String> named = new LinkedHashSet<>();
        for (WgPeer wanted : set.peers()) {
            String key = wanted.key().toString();
            named.add(key);
            VpnPeerConfig peer = byKey.get(key);
            if (peer == null && (wanted.isRemoved() || wanted.isUpdateOnly())) {
                continue;
            }
            if (peer == null) {
                edits.add(added(config, gateway, set, wanted, written));
            } else if (wanted.isRemoved()) {
                edits.add(edit(Verb.REMOVE, peer.portName(), Map.of()));
            } else {
                changed(config, byKey, peer, set, wanted, edits, written);
            }
        }
        if (set.replacesPeers()) {
            byKey.forEach((key, peer) -> {
                if (!named.contains(key)) {
                    edits.add(edit(Verb.REMOVE, peer.portName(), Map.of()));
                }
            });
        }
        return BatchEdit.of(config, edits);
    }

    private static Edit edit(Verb verb, String name, Map<String, String> keys) {
        return new Edit(verb, Optional.of(ObjectEdit.Kind.VPN_PEER), name, keys, false);
    }

    private static int vlan(FabricConfig config, NetworkName network) {
        return config.network(network).map(NetworkConfig::vlan).orElse(0);
    }

    private Edit added(FabricConfig config, VpnGatewayConfig gateway, WgSet set, WgPeer wanted,
            List<String> written) {
        NetworkConfig network = set.vlan() != 0
                ? config.networkOf(set.vlan()).orElseThrow(() -> new UnfitException(Errno.EINVAL, "no network"))
                : onlyNetwork(config, gateway);
        String name = "wg-" + HexFormat.of().formatHex(wanted.key().bytes()).substring(0, 12);
        Map<String, String> keys = new LinkedHashMap<>(
                Map.of("public-key", wanted.key().toString(), "network", network.name().toString()));
        keys.putAll(addresses(network, new LinkedHashSet<>(wanted.added())));
        keys.putAll(settings(gateway.name() + "-" + name, Optional.empty(), set, wanted, written));
        return edit(Verb.ADD, gateway.name() + "/" + name, keys);
    }

    /** The network of a peer that is made through the gateway's own device: the only one with subnets, if there is but one. */
    private static NetworkConfig onlyNetwork(FabricConfig config, VpnGatewayConfig gateway) {
        List<NetworkConfig> used = gateway.peers().values().stream().map(VpnPeerConfig::network).distinct()
                .map(config::network)
                .flatMap(Optional::stream).toList();
        List<NetworkConfig> all = used.isEmpty()
                ? config.networks().filter(network -> !network.subnets().isEmpty()).toList()
                : used;
        if (all.size() != 1) {
            throw new UnfitException(Errno.EINVAL, "no default network");
        }
        return all.getFirst();
    }

    private void changed(FabricConfig config, Map<String, VpnPeerConfig> byKey, VpnPeerConfig peer, WgSet set,
            WgPeer wanted, List<Edit> edits, List<String> written) {
        NetworkConfig network = config.network(peer.network()).orElseThrow();
        Set<Prefix> prefixes = new LinkedHashSet<>();
        if (!wanted.replacesAllowedIps()) {
            prefixes.addAll(peer.ips());
            prefixes.addAll(peer.allowedIps());
        }
        prefixes.addAll(wanted.added());
        wanted.taken().forEach(prefixes::remove);
        Map<String, String> keys = new LinkedHashMap<>();
        if (wanted.replacesAllowedIps() || !wanted.added().isEmpty() || !wanted.taken().isEmpty()) {
            keys.putAll(addresses(network, prefixes));
            moved(config, byKey, peer, prefixes, edits);
        }
        keys.putAll(settings(peer.gateway() + "-" + peer.name(), peer.presharedKeyFile(), set, wanted, written));
        edits.add(edit(Verb.SET, peer.portName(), keys));
    }

    /** A prefix that is given to one peer is taken from the other of its network that had it. */
    private static void moved(FabricConfig config, Map<String, VpnPeerConfig> byKey, VpnPeerConfig to,
            Set<Prefix> prefixes,
            List<Edit> edits) {
        for (VpnPeerConfig other : byKey.values()) {
            if (other.equals(to) || !other.network().equals(to.network())) {
                continue;
            }
            Set<Prefix> left = new LinkedHashSet<>(other.ips());
            left.addAll(other.allowedIps());
            if (left.removeAll(prefixes)) {
                edits.add(edit(Verb.SET, other.portName(),
                        addresses(config.network(other.network()).orElseThrow(), left)));
            }
        }
    }

    /** Divides prefixes into the peer's own addresses, which lie in its network, and the networks behind it. */
    private static Map<String, String> addresses(NetworkConfig network, Set<Prefix> prefixes) {
        List<Prefix> subnets = network.subnets().stream().flatMap(text -> Prefixes.parse(text).stream()).toList();
        List<String> ips = new ArrayList<>();
        List<String> behind = new ArrayList<>();
        for (Prefix prefix : prefixes) {
            boolean own = prefix.bits() == 128
                    && subnets.stream().anyMatch(subnet -> Prefixes.contains(subnet, prefix));
            (own ? ips : behind).add(prefix.toString());
        }
        if (ips.isEmpty()) {
            throw new UnfitException(Errno.EINVAL, "no address in " + network.name());
        }
        return Map.of("ips", String.join(",", ips), "allowed-ips", String.join(",", behind));
    }

    /** A tenant, who sees no preshared key, takes none away with the file that {@code wg showconf} gave. */
    private Map<String, String> settings(String name, Optional<String> file, WgSet set, WgPeer wanted,
            List<String> written) {
        Map<String, String> keys = new LinkedHashMap<>();
        wanted.keepalive().ifPresent(seconds -> keys.put("keepalive", seconds == 0 ? "" : Integer.toString(seconds)));
        byte @Nullable [] presharedKey = wanted.presharedKey();
        if (presharedKey != null) {
            boolean isNone = Arrays.equals(presharedKey, new byte[presharedKey.length]);
            if (!isNone || set.vlan() == 0) {
                keys.put("preshared-key-file", isNone ? "" : stored(name, file, presharedKey, written));
            }
            Arrays.fill(presharedKey, (byte) 0);
        }
        return keys;
    }

    /** Returns the file of a key: the peer's own if it holds that key, else a new one, so that a revision's file never changes. */
    private String stored(String name, Optional<String> file, byte[] key, List<String> written) {
        if (file.isPresent() && holds(file.get(), key)) {
            return file.get();
        }
        String fresh = name + "-" + HexFormat.of().toHexDigits(random.nextLong()) + ".psk";
        written.add(fresh);
        secrets.write(fresh, key);
        return fresh;
    }

    private boolean holds(String file, byte[] key) {
        try {
            byte[] held = secrets.read(file);
            boolean isSame = MessageDigest.isEqual(held, key);
            Arrays.fill(held, (byte) 0);
            return isSame;
        } catch (IllegalArgumentException _) {
            return false; // it cannot be read, and gives way to one that can
        }
    }
}
