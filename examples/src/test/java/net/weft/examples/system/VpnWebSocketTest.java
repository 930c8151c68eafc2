package net.weft.examples.system;

import static net.weft.examples.system.VpnLab.LISTEN;
import static net.weft.examples.system.VpnLab.WEB;
import static net.weft.examples.system.VpnLab.peer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.weft.examples.lab.Outcome;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A stock client that reaches the gateway by HTTPS alone: UDP to the gateway is dropped by its firewall, and a WebSocket client on the same
 * device (Python's, in the place of websocat) carries each datagram as a binary message.
 */
@Tag("system")
class VpnWebSocketTest {
    private static final int PORT = 8443;
    /** As {@code websocat --binary udp-listen:127.0.0.1:51820 URL}. */
    private static final String BRIDGE = """
            import asyncio, ssl, sys, websockets
            class Local(asyncio.DatagramProtocol):
                def __init__(self):
                    self.queue, self.to, self.transport = asyncio.Queue(), None, None
                def connection_made(self, transport):
                    self.transport = transport
                def datagram_received(self, data, address):
                    self.to = address
                    self.queue.put_nowait(data)
            async def up(local, ws):
                while True:
                    await ws.send(await local.queue.get())
            async def down(local, ws):
                async for message in ws:
                    local.transport.sendto(message, local.to)
            async def main(url, certificate):
                tls = ssl.create_default_context(cafile=certificate)
                tls.check_hostname = False
                _, local = await asyncio.get_running_loop().create_datagram_endpoint(
                    Local, local_addr=("127.0.0.1", 51820))
                async with websockets.connect(url, ssl=tls, compression=None, max_size=65536) as ws:
                    await asyncio.gather(up(local, ws), down(local, ws))
            asyncio.run(main(sys.argv[1], sys.argv[2]))
            """;

    @AutoClose
    private final VpnLab vpn = new VpnLab();

    private String fabric(String webSocket) {
        return vpn.fabric(peer("alice", vpn.alice.publicKey(), "10.10.0.200"))
                .replace("listen: " + LISTEN, "listen: " + LISTEN + webSocket);
    }

    private Outcome curl(String path) {
        return vpn.alice.namespace().run("curl", "-s", "-k", "-o", "/dev/null", "-w", "%{http_code}", "-m", "5",
                "https://" + vpn.alice.gateway() + ":" + PORT + "/" + path);
    }

    @Test
    void shouldLetAClientInThatMayUseHttpsOnly() throws Exception {
        Path data = vpn.lab.path("data");
        for (String file : List.of("office.crt", "office.tls.key")) {
            try (InputStream in = Objects.requireNonNull(VpnWebSocketTest.class.getResourceAsStream(file))) {
                Files.copy(in, data.resolve(file));
            }
        }
        vpn.weft.apply(fabric("")).orThrow();
        assertThat(curl("").ok()).as("off unless configured").isFalse();
        vpn.weft.apply(fabric(", websocket: {listen: " + PORT + ", certificate-file: office.crt,"
                + " certificate-key-file: office.tls.key, token-file: office.token}")).orThrow();
        assertThat(curl("").out()).isEqualTo("404");

        vpn.alice.namespace().run("nft", "add table ip f; add chain ip f out {type filter hook output priority 0;};"
                + " add rule ip f out ip daddr " + vpn.alice.gateway() + " udp dport " + LISTEN + " drop").orThrow();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 1)).as("control: UDP is shut").isFalse();

        byte[] token = Base64.getDecoder().decode(Files.readString(data.resolve("office.token")).strip());
        String url = "wss://" + vpn.alice.gateway() + ":" + PORT + "/"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
        Process bridge = vpn.alice.namespace()
                .program(List.of("/usr/bin/python3", "-c", BRIDGE, url, data.resolve("office.crt").toString()))
                .redirectErrorStream(true).redirectOutput(vpn.lab.path("bridge").toFile()).start();
        try {
            vpn.alice.wg("peer", vpn.key(), "endpoint", "127.0.0.1:" + LISTEN);
            vpn.alice.namespace().ip("link", "set", vpn.alice.device(), "mtu", "1280");
            Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> vpn.alice.reaches(WEB, 1));
            assertThat(vpn.row(vpn.alice.publicKey()).path("endpoint").asString()).startsWith("127.0.0.1:");
            Process server = vpn.web.namespace().program(List.of("iperf3", "-s", "-1")).start();
            Outcome tcp = vpn.alice.namespace().run(Duration.ofSeconds(20), Map.of(),
                    List.of("iperf3", "-c", WEB, "-t", "2"));
            server.destroyForcibly().waitFor();
            assertThat(tcp.ok()).as(tcp.out()).isTrue();
            System.out.println("proof: TCP through the WebSocket: "
                    + tcp.out().lines().filter(line -> line.contains("receiver")).findFirst().orElse("").strip());
        } finally {
            bridge.destroyForcibly().waitFor();
        }
        assertThat(vpn.alice.reaches(WEB, 1)).as("control: without the bridge").isFalse();
    }
}
