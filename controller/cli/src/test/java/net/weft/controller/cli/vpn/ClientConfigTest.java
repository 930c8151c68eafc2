package net.weft.controller.cli.vpn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.weft.controller.cli.connect.FailedException;
import net.weft.v1.DescribeVpnClientResponse;
import net.weft.v1.VpnPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientConfigTest {
    private static final String KEY = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    private static final String PSK = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";
    private static final DescribeVpnClientResponse GATEWAY = DescribeVpnClientResponse.newBuilder().setGatewayKey(KEY)
            .setMtu(1420).setKeepalive(25).addRoutes("10.10.0.0/24").build();

    @TempDir
    private Path directory;

    private static VpnPeer peer(boolean hasPresharedKey) {
        return VpnPeer.newBuilder().setGateway("office").setPeer("alice").setHasPresharedKey(hasPresharedKey).build();
    }

    private static String text(Optional<String> presharedKey) {
        return new ClientConfig(Optional.empty(), presharedKey, List.of("10.10.0.200", "fd00:10::c8"),
                "vpn.example.org:51820", Optional.empty(),
                GATEWAY).toString();
    }

    @Test
    void shouldLeadThroughAWebSocketOnTheDevice() {
        String url = "wss://vpn.example.org/token";
        String text = new ClientConfig(Optional.empty(), Optional.empty(), List.of("10.10.0.200"), "",
                Optional.of(url), GATEWAY).toString();
        assertThat(text.lines()).contains("# first: websocat --binary udp-listen:127.0.0.1:51820 " + url,
                "Endpoint = 127.0.0.1:51820", "MTU = 1280");
    }

    @Test
    void shouldNameEverythingThatAClientNeeds() {
        assertThat(text(Optional.of(PSK)).lines()).containsExactly("[Interface]", "PrivateKey = " + ClientConfig.NO_KEY,
                "Address = 10.10.0.200/32, fd00:10::c8/128", "MTU = 1420", "", "[Peer]", "PublicKey = " + KEY,
                "PresharedKey = " + PSK, "Endpoint = vpn.example.org:51820", "AllowedIPs = 10.10.0.0/24",
                "PersistentKeepalive = 25");
        assertThat(text(Optional.empty())).doesNotContain("PresharedKey");
    }

    @Test
    void shouldLeaveThePlaceOfAPresharedKeyOpenUntilItIsGiven() throws IOException {
        assertThat(ConfigOutput.presharedKey(peer(false), null)).isEmpty();
        assertThat(ConfigOutput.presharedKey(peer(true), null)).contains(ClientConfig.NO_PRESHARED_KEY);
        String file = Files.writeString(directory.resolve("alice.psk"), PSK + "\n").toString();
        assertThat(ConfigOutput.presharedKey(peer(true), file)).contains(PSK);
        assertThatThrownBy(() -> ConfigOutput.presharedKey(peer(false), file)).isInstanceOf(FailedException.class)
                .hasMessageContaining("office/alice");
        String none = Files.writeString(directory.resolve("none"), "no key").toString();
        assertThatThrownBy(() -> ConfigOutput.presharedKey(peer(true), none)).hasMessageContaining(none);
    }
}
