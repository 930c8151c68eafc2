package net.weft.vpn.uapi;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import net.weft.linux.Errno;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.PublicKey;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/** Reads the lines of one {@code set}. */
final class WgRequest {
    private static final int KEY_BYTES = 32;
    private static final int IPV4_BYTES = 4;

    private final String gateway;
    private final int vlan;
    private final List<WgPeer> peers = new ArrayList<>();
    private byte @Nullable [] privateKey;
    private OptionalInt listen = OptionalInt.empty();
    private boolean replacesPeers;

    /** A line that cannot be carried out, with the errno that answers it. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        final int errno;

        RefusedException(int errno, String line) {
            super(line);
            this.errno = errno;
        }
    }

    WgRequest(String gateway, int vlan) {
        this.gateway = gateway;
        this.vlan = vlan;
    }

    WgSet done() {
        return new WgSet(gateway, vlan, privateKey, listen, replacesPeers, peers);
    }

    /** Takes one line, {@code key=value}. */
    void line(String line) throws RefusedException {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw new RefusedException(Errno.EINVAL, line);
        }
        String key = line.substring(0, equals);
        String value = line.substring(equals + 1);
        try {
            if (key.equals("public_key")) {
                peers.add(new WgPeer(PublicKey.of(key(value))));
            } else if (peers.isEmpty()) {
                device(key, value);
            } else {
                peer(peers.getLast(), key, value);
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Errno.EINVAL, line);
        }
    }

    private void device(String key, String value) throws RefusedException {
        switch (key) {
            case "private_key" -> privateKey(key(value));
            case "listen_port" -> {
                int port = number(value, 0xffff);
                if (port != 0) {
                    ofGateway(key);
                    listen = OptionalInt.of(port);
                }
            }
            case "fwmark" -> {
                if (number(value, Integer.MAX_VALUE) != 0) {
                    ofGateway(key);
                    throw new RefusedException(Errno.EOPNOTSUPP, key);
                }
            }
            case "replace_peers" -> replacesPeers = isTrue(value);
            default -> throw new RefusedException(Errno.EINVAL, key);
        }
    }

    /** Zeros are what {@code wg setconf} and {@code wg syncconf} send where their file has none: it stays as it is. */
    private void privateKey(byte[] key) throws RefusedException {
        if (!Arrays.equals(key, new byte[KEY_BYTES])) {
            ofGateway("private_key");
            privateKey = key;
        }
    }

    private void ofGateway(String key) throws RefusedException {
        if (vlan != 0) {
            throw new RefusedException(Errno.EPERM, key);
        }
    }

    private static void peer(WgPeer peer, String key, String value) throws RefusedException {
        switch (key) {
            case "remove" -> peer.removed = isTrue(value);
            case "update_only" -> peer.updateOnly = isTrue(value);
            case "replace_allowed_ips" -> {
                peer.replacesAllowedIps = isTrue(value);
                peer.added().clear();
            }
            case "allowed_ip" -> {
                boolean isTaken = value.startsWith("-");
                (isTaken ? peer.taken() : peer.added()).add(prefix(isTaken ? value.substring(1) : value));
            }
            case "persistent_keepalive_interval" -> peer.keepalive = OptionalInt.of(number(value, 0xffff));
            case "endpoint" -> peer.endpoint = endpoint(value);
            case "preshared_key" -> peer.presharedKey = key(value);
            case "protocol_version" -> {
                if (!value.equals("1")) {
                    throw new RefusedException(Errno.EPROTO, value);
                }
            }
            default -> throw new RefusedException(Errno.EINVAL, key);
        }
    }

    private static byte[] key(String hex) {
        byte[] key = HexFormat.of().parseHex(hex);
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
        return key;
    }

    private static boolean isTrue(String value) {
        if (!value.equals("true")) {
            throw new IllegalArgumentException(value);
        }
        return true;
    }

    private static int number(String value, int max) {
        int number = Integer.parseUnsignedInt(value);
        if (number < 0 || number > max) {
            throw new IllegalArgumentException(value);
        }
        return number;
    }

    private static Endpoint endpoint(String value) {
        int colon = value.lastIndexOf(':');
        String host = value.substring(0, Math.max(0, colon));
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return Endpoint.of(InetAddress.ofLiteral(bare).getAddress(), number(value.substring(colon + 1), 0xffff));
    }

    private static Prefix prefix(String value) {
        int slash = value.indexOf('/');
        byte[] address = InetAddress.ofLiteral(slash < 0 ? value : value.substring(0, slash)).getAddress();
        boolean isIpv4 = address.length == IPV4_BYTES;
        int length = slash < 0 ? address.length * 8 : number(value.substring(slash + 1), address.length * 8);
        int bits = isIpv4 ? 96 + length : length;
        ByteBuffer words = ByteBuffer.wrap(address);
        long high = isIpv4 ? 0 : words.getLong();
        long low = isIpv4 ? Prefix.ipv4(words.getInt()) : words.getLong();
        long highMask = bits >= 64 ? -1L : bits == 0 ? 0 : -1L << 64 - bits;
        long lowMask = bits <= 64 ? 0 : -1L << 128 - bits;
        return new Prefix(high & highMask, low & lowMask, bits, isIpv4);
    }
}
