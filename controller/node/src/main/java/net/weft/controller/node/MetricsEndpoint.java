package net.weft.controller.node;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import net.weft.controller.cli.connect.FailedException;

/**
 * The HTTP server for Prometheus, {@code --metrics}. It listens on loopback unless a host is given, because it has no
 * access control.
 */
final class MetricsEndpoint {
    private static final int MAX_PORT = 65_535;
    private static final System.Logger LOG = System.getLogger("net.weft.metrics");

    private MetricsEndpoint() {
    }

    /**
     * Parses the address.
     *
     * @throws FailedException unless the text has the form {@code PORT} or {@code HOST:PORT}
     */
    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        int port = port(text.substring(colon + 1));
        if (port < 0) {
            throw new FailedException("--metrics " + text + ": expected HOST:PORT or PORT, as in 127.0.0.1:9400");
        }
        InetSocketAddress address = host.isEmpty()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new FailedException("--metrics " + text + ": there is no host " + host);
        }
        return address;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port <= MAX_PORT ? port : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /**
     * Starts the server, which runs until the process ends, and logs its URL.
     *
     * @throws FailedException if the server cannot listen on the address
     */
    static HTTPServer open(InetSocketAddress address, PrometheusRegistry registry) {
        try {
            HTTPServer server = HTTPServer.builder().inetAddress(address.getAddress()).port(address.getPort())
                    .registry(registry).buildAndStart();
            LOG.log(System.Logger.Level.INFO, "metrics: http://" + address.getHostString() + ":" + server.getPort()
                    + "/metrics");
            return server;
        } catch (IOException e) {
            throw new FailedException("--metrics " + address.getHostString() + ":" + address.getPort()
                    + ": cannot listen there: " + e.getMessage());
        }
    }
}
