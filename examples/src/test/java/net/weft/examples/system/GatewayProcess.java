package net.weft.examples.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vpn.FileSecretStore;
import net.weft.vpn.GatewayDeviceSpec;
import net.weft.vpn.GatewaySpec;
import net.weft.vpn.NetworkSpec;
import net.weft.vpn.PeerSpec;
import net.weft.vpn.PeerStateFile;
import net.weft.vpn.SoftState;
import net.weft.vpn.VpnGateways;
import net.weft.vswitch.SwitchConfig;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.PublicKey;
import net.weft.wireguard.Tai64n;
import net.weft.zone.Prefix;

/**
 * A switch with one gateway and one peer as a process of its own, without controller, for the test of take-overs. It writes its soft state
 * line by line to standard output and takes that of another from standard input; the line {@code serve} makes it open its ports.
 * Arguments: data directory, interface of the guest, public key and address of the peer, UDP port.
 */
final class GatewayProcess {
    static final String SERVE = "serve";
    static final String SERVING = "serving";
    private static final int VLAN = 10;
    private static final String NAME = "office";
    private static final String PEER = NAME + "/alice";

    private GatewayProcess() {
    }

    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments[0]);
        PublicKey key = PublicKey.parse(arguments[2]);
        byte[] address = InetAddress.getByName(arguments[3]).getAddress();
        Prefix ip = new Prefix(0, Prefix.ipv4(ByteBuffer.wrap(address).getInt()), 128, true);
        int listen = Integer.parseInt(arguments[4]);
        PeerSpec alice = new PeerSpec(PEER, key, null, null, VLAN, new MacAddress(0x0257_4500_00c8L), List.of(ip),
                List.of(), 0, null);
        Prefix subnet = new Prefix(0, ip.low() & ~0xffL, 120, true);
        GatewaySpec office = new GatewaySpec(NAME, "office.key", listen, GatewaySpec.DEFAULT_MTU,
                List.of(new NetworkSpec(VLAN, List.of(subnet), List.of())), List.of(alice));
        try (PeerStateFile stamps = new PeerStateFile(data.resolve("stamps"));
                VpnGateways gateways = new VpnGateways(new FileSecretStore(data), stamps);
                VirtualSwitch vswitch = new VirtualSwitch(SwitchOptions.defaults(data).with(gateways))) {
            gateways.onSoftState(GatewayProcess::write);
            gateways.apply(List.of(office));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(SERVE)) {
                    serve(vswitch, arguments[1], listen);
                } else {
                    gateways.learn(read(line));
                }
            }
        }
    }

    private static void serve(VirtualSwitch vswitch, String device, int listen) {
        VlanMembership access = VlanMembership.access(VLAN);
        PortSpec web = PortSpec.of("web1", 1, new DeviceSpec.Nic(device, false), access);
        PortSpec gateway = PortSpec.of(NAME, 2, new DeviceSpec.Attached(GatewayDeviceSpec.TYPE, NAME, true),
                VlanMembership.trunk(VlanSet.of(VLAN), 0));
        PortSpec peer = PortSpec.of(PEER, 3, new DeviceSpec.Attached(GatewayDeviceSpec.TYPE, NAME, false), access);
        vswitch.apply(SwitchConfig.of(List.of(web, gateway, peer)).attached(new AttachmentSpec(NAME,
                new GatewayDeviceSpec(NAME, listen), List.of(NAME, PEER), true, 0)));
        print(SERVING);
    }

    private static synchronized void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void write(SoftState state) {
        print(switch (state) {
            case SoftState.Whereabouts(String gateway, PublicKey peer, Endpoint at) ->
                "at " + peer + " " + gateway + " "
                        + at.high() + " " + at.low() + " " + at.port();
            case SoftState.Accepted(PublicKey peer, Tai64n stamp) -> "accepted " + peer + " " + hex(stamp);
            case SoftState.Sent(PublicKey peer, Tai64n stamp) -> "sent " + peer + " " + hex(stamp);
        });
    }

    private static String hex(Tai64n stamp) {
        return HexFormat.of().formatHex(stamp.bytes());
    }

    private static SoftState read(String line) {
        String[] words = line.split(" ");
        PublicKey peer = PublicKey.parse(words[1]);
        return switch (words[0]) {
            case "at" -> new SoftState.Whereabouts(words[2], peer, new Endpoint(Long.parseLong(words[3]),
                    Long.parseLong(words[4]), Integer.parseInt(words[5]), 0, 0, 0));
            case "accepted" -> new SoftState.Accepted(peer, Tai64n.read(HexFormat.of().parseHex(words[2])));
            case "sent" -> new SoftState.Sent(peer, Tai64n.read(HexFormat.of().parseHex(words[2])));
            default -> throw new IllegalArgumentException(line);
        };
    }
}
