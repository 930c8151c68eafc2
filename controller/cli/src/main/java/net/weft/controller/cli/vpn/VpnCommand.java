package net.weft.controller.cli.vpn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.weft.controller.cli.connect.ChangeNote;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Refusals;
import net.weft.v1.ApplyResponse;
import net.weft.v1.Change;
import net.weft.v1.DescribeVpnClientRequest;
import net.weft.v1.DescribeVpnClientResponse;
import net.weft.v1.EditObjectRequest.Verb;
import net.weft.v1.EditObjectRequest;
import net.weft.v1.ListVpnPeersRequest;
import net.weft.v1.VpnPeer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code weft vpn}: who may connect to a VPN gateway, and with which configuration. */
@Command(name = "vpn", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "(add | list | revoke | rotate | config)", description = "Who may connect to a VPN gateway. Each change is a revision.", footer = {
        "", "A private key is made here, printed once, and stored nowhere: whoever loses it needs `rotate`.", "",
        "Examples:",
        "  weft vpn add office alice --network acme/web --zone remote --expires 2027-06-30T00:00:00Z",
        "  weft vpn add office bob --network acme/web --png bob.png > bob.conf",
        "  weft vpn list office", "  weft vpn rotate office alice", "  weft vpn revoke office alice"})
public final class VpnCommand implements Runnable {
    private static final String GATEWAY = "name of the gateway, as under vpn: in fabric.yaml";
    private static final String PEER = "name of the peer: a person's device, or a site";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: add, list, revoke, rotate or config");
    }

    @Command(name = "add", mixinStandardHelpOptions = true, sortOptions = false, description = "Admit a peer: makes its key and prints its client configuration.", footer = {
            "", "Without --ip it gets a free address of each subnet of its network.", "", "Examples:",
            "  weft vpn add office alice --network acme/web --qr",
            "  weft vpn add office branch --network acme/web --ip 10.10.0.250 --allowed-ips 10.77.0.0/16 > branch.conf",
            "  weft vpn add office carol --network acme/web --public-key \"$(cat carol.pub)\"",
            "  weft vpn add office dave --network acme/web --preshared-key-file dave.psk"})
    Integer add(@Mixin ControlOption control, @Mixin ChangeNote note, @Mixin ConfigOutput output,
            @Parameters(paramLabel = "GATEWAY", description = GATEWAY) String gateway,
            @Parameters(paramLabel = "NAME", description = PEER) String name,
            @Option(names = "--network", required = true, paramLabel = "TENANT/NAME", description = "the network it belongs to") String network,
            @Option(names = "--zone", paramLabel = "ZONE", description = "its zone (default: that of the network)") @Nullable String zone,
            @Option(names = "--expires", paramLabel = "TIME", description = "when it ends, such as 2027-06-30T00:00:00Z") @Nullable String expires,
            @Option(names = "--ip", paramLabel = "ADDRESS", description = "its address in the network; may stand several times") @Nullable List<String> ips,
            @Option(names = "--allowed-ips", paramLabel = "PREFIX", split = ",", description = "networks behind it, for a site") @Nullable List<String> allowed,
            @Option(names = "--public-key", paramLabel = "KEY", description = "its own key, where the device has made one") @Nullable String publicKey,
            @Option(names = "--preshared-key-file", paramLabel = "NAME", description = "file with a preshared key in the gateway's data directory (of mode 0600, by `wg genpsk`); the configuration leaves its place open") @Nullable String presharedKey,
            @Option(names = "--again", description = "although its key was revoked") boolean again) {
        Optional<KeyMaker> made = publicKey == null ? Optional.of(KeyMaker.make()) : Optional.empty();
        try (ControlClient client = control.connect()) {
            DescribeVpnClientResponse described = describe(client, gateway, network);
            List<String> addresses = ips == null ? free(described, network) : ips;
            String endpoint = output.endpoint(described);
            Map<String, String> keys = new LinkedHashMap<>();
            keys.put("public-key", made.map(KeyMaker::publicKey).orElse(publicKey == null ? "" : publicKey));
            keys.put("network", network);
            keys.put("ips", String.join(",", addresses));
            if (allowed != null) {
                keys.put("allowed-ips", String.join(",", allowed));
            }
            if (zone != null) {
                keys.put("zone", zone);
            }
            if (expires != null) {
                keys.put("expires", expires);
            }
            if (presharedKey != null) {
                keys.put("preshared-key-file", presharedKey);
            }
            edit(client, note, Verb.ADD, gateway + "/" + name, keys, again);
            // The gateway may be new, and then it has had no key before.
            DescribeVpnClientResponse now = described.getGatewayKey().isEmpty()
                    ? describe(client, gateway, network)
                    : described;
            output.print(new ClientConfig(made.map(KeyMaker::privateKey),
                    Optional.ofNullable(presharedKey).map(_ -> ClientConfig.NO_PRESHARED_KEY), addresses, endpoint,
                    output.webSocket(), now),
                    spec.commandLine());
        }
        return 0;
    }

    @Command(name = "rotate", mixinStandardHelpOptions = true, sortOptions = false, description = "Give a peer a new key and print its new configuration. The old key works until the new one is heard.", footer = {
            "", "Examples:", "  weft vpn rotate office alice --qr",
            "  weft vpn rotate office alice --now > alice.conf",
            "  weft vpn rotate office alice --until 2027-06-30T00:00:00Z --png alice.png"})
    Integer rotate(@Mixin ControlOption control, @Mixin ChangeNote note, @Mixin ConfigOutput output,
            @Parameters(paramLabel = "GATEWAY", description = GATEWAY) String gateway,
            @Parameters(paramLabel = "NAME", description = PEER) String name,
            @Option(names = "--public-key", paramLabel = "KEY", description = "the new key, where the device has made one") @Nullable String publicKey,
            @Option(names = "--preshared-key-file", paramLabel = "FILE", description = "file with the peer's preshared key, for the configuration") @Nullable String presharedKeyFile,
            @Option(names = "--now", description = "the old key ends at once") boolean now,
            @Option(names = "--until", paramLabel = "TIME", description = "the old key ends then at the latest, though the new one was not heard; such as 2027-06-30T00:00:00Z") @Nullable String until) {
        if (now && until != null) {
            throw new ParameterException(spec.commandLine(), "--now and --until exclude each other");
        }
        Optional<KeyMaker> made = publicKey == null ? Optional.of(KeyMaker.make()) : Optional.empty();
        String next = made.map(KeyMaker::publicKey).orElse(publicKey == null ? "" : publicKey);
        try (ControlClient client = control.connect()) {
            VpnPeer peer = peer(client, gateway, name);
            DescribeVpnClientResponse described = describe(client, gateway, peer.getNetwork());
            String endpoint = output.endpoint(described);
            Optional<String> shared = ConfigOutput.presharedKey(peer, presharedKeyFile);
            edit(client, note, Verb.SET, gateway + "/" + name,
                    now
                            ? Map.of("public-key", next, "next-public-key", "", "public-key-until", "")
                            : Map.of("next-public-key", next, "public-key-until", until == null ? "" : until),
                    false);
            output.print(
                    new ClientConfig(made.map(KeyMaker::privateKey), shared, peer.getIpsList(), endpoint,
                            output.webSocket(), described),
                    spec.commandLine());
        }
        return 0;
    }

    @Command(name = "config", mixinStandardHelpOptions = true, sortOptions = false, description = "Print the client configuration of a peer again, without its private key.", footer = {
            "", "The private key is known to the device alone; --private-key-file puts one in, and",
            "--preshared-key-file the preshared key of a peer that has one.", "", "Examples:",
            "  weft vpn config office alice", "  weft vpn config office alice --private-key-file alice.key --qr",
            "  weft vpn config office alice --websocket wss://vpn.example.org/TOKEN"})
    Integer config(@Mixin ControlOption control, @Mixin ConfigOutput output,
            @Parameters(paramLabel = "GATEWAY", description = GATEWAY) String gateway,
            @Parameters(paramLabel = "NAME", description = PEER) String name,
            @Option(names = "--private-key-file", paramLabel = "FILE", description = "file with the device's private key") @Nullable String keyFile,
            @Option(names = "--preshared-key-file", paramLabel = "FILE", description = "file with the peer's preshared key") @Nullable String presharedKeyFile) {
        try (ControlClient client = control.connect()) {
            VpnPeer peer = peer(client, gateway, name);
            DescribeVpnClientResponse described = describe(client, gateway, peer.getNetwork());
            output.print(new ClientConfig(Optional.ofNullable(keyFile).map(ConfigOutput::key),
                    ConfigOutput.presharedKey(peer, presharedKeyFile), peer.getIpsList(),
                    output.endpoint(described), output.webSocket(), described), spec.commandLine());
        }
        return 0;
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, sortOptions = false, description = "End a peer at once, for good: no file and no roll-back brings its key back, only `weft vpn add --again`.", footer = {
            "", "Examples:", "  weft vpn revoke office alice"})
    Integer revoke(@Mixin ControlOption control, @Mixin ChangeNote note,
            @Parameters(paramLabel = "GATEWAY", description = GATEWAY) String gateway,
            @Parameters(paramLabel = "NAME", description = PEER) String name) {
        try (ControlClient client = control.connect()) {
            edit(client, note, Verb.REVOKE, gateway + "/" + name, Map.of(), false);
        }
        return 0;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false, description = "List the peers by name; `weft show vpn` says more.", footer = {
            "", "Examples:", "  weft vpn list", "  weft vpn list office"})
    Integer list(@Mixin ControlOption control,
            @Parameters(paramLabel = "GATEWAY", arity = "0..1", description = "only those of this gateway") @Nullable String gateway) {
        try (ControlClient client = control.connect()) {
            peers(client, gateway == null ? "" : gateway).forEach(peer -> spec.commandLine().getOut()
                    .println(peer.getGateway() + "/" + peer.getPeer() + "  " + peer.getNetwork() + "  "
                            + String.join(",", peer.getIpsList()) + "  " + peer.getState()
                            + (peer.getExpires().isEmpty() ? "" : "  until " + peer.getExpires())));
        }
        return 0;
    }

    private static DescribeVpnClientResponse describe(ControlClient client, String gateway, String network) {
        return client.vpn(vpn -> vpn.describeVpnClient(
                DescribeVpnClientRequest.newBuilder().setGateway(gateway).setNetwork(network).build()));
    }

    private static List<VpnPeer> peers(ControlClient client, String gateway) {
        return client.vpn(vpn -> vpn.listVpnPeers(ListVpnPeersRequest.newBuilder().setGateway(gateway).build()))
                .getPeersList();
    }

    private static VpnPeer peer(ControlClient client, String gateway, String name) {
        return peers(client, gateway).stream().filter(peer -> peer.getPeer().equals(name)).findFirst()
                .orElseThrow(() -> new FailedException(
                        "weft: there is no peer " + gateway + "/" + name + "; `weft vpn list` names them"));
    }

    private static List<String> free(DescribeVpnClientResponse described, String network) {
        List<String> addresses = new ArrayList<>();
        for (String subnet : described.getSubnetsList()) {
            addresses.add(FreeAddress.of(subnet, described.getTakenList()).orElseThrow(() -> new FailedException(
                    "weft: every address of " + subnet + " in network " + network
                            + " is taken; choose one with --ip")));
        }
        return addresses;
    }

    private void edit(ControlClient client, ChangeNote note, Verb verb, String name, Map<String, String> keys,
            boolean again) {
        EditObjectRequest.Builder request = EditObjectRequest.newBuilder().setKind(EditObjectRequest.Kind.VPN_PEER)
                .setVerb(verb).setName(name).putAllKeys(keys).setAgain(again).setRefusalInResponse(true)
                .setOptions(note.options());
        note.base().ifPresent(request::setBaseRevision);
        ApplyResponse response = client.fabric("", fabric -> fabric.editObject(request.build()));
        if (response.hasRefusal()) {
            throw Refusals.of(response.getRefusal(), "");
        }
        // Standard output is the configuration's alone.
        Stream.concat(response.getChangesList().stream().map(Change::getText),
                Stream.of("revision " + response.getRevision()))
                .forEach(spec.commandLine().getErr()::println);
    }
}
