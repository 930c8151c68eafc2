package net.weft.controller.node;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import net.weft.controller.cli.connect.FailedException;

/** Parses the addresses of controllers, {@code HOST:PORT}; an IPv6 address stands in brackets. */
final class Endpoints {
    private static final int MAX_PORT = 65_535;

    private Endpoints() {
    }

    /** @throws FailedException unless this is an address at which a host may listen */
    static InetSocketAddress listen(String text) {
        InetSocketAddress address = parse("--listen", text, 0);
        InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        if (resolved.isUnresolved()) {
            throw new FailedException("--listen " + text + ": there is no host " + address.getHostString());
        }
        return resolved;
    }

    /**
     * Returns the addresses of controllers, not resolved yet.
     *
     * @param texts addresses, separated by commas
     * @throws FailedException if one of them is none
     */
    static List<InetSocketAddress> controllers(String texts) {
        return Arrays.stream(texts.split(",", -1)).map(text -> parse("--controller", text, 1)).toList();
    }

    private static InetSocketAddress parse(String option, String text, int least) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String name = bracketed ? host.substring(1, host.length() - 1) : host;
        if (name.isEmpty() || !bracketed && name.contains(":") || !port.matches("\\d{1,5}")
                || Integer.parseInt(port) > MAX_PORT || Integer.parseInt(port) < least) {
            throw new FailedException(option + " " + text + ": expected HOST:PORT, such as 192.0.2.1:47800 or"
                    + " [2001:db8::1]:47800");
        }
        return InetSocketAddress.createUnresolved(name, Integer.parseInt(port));
    }
}
