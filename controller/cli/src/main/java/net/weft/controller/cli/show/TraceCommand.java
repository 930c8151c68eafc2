package net.weft.controller.cli.show;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Consumer;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.v1.FollowPacketsRequest;
import net.weft.v1.PacketTrace;
import net.weft.v1.TraceRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code weft trace}. */
@Command(name = "trace", mixinStandardHelpOptions = true, sortOptions = false, description = "Where a packet goes, and why: every stage, the tables it meets, the verdict, the lines of the file responsible, the frames that would leave. Traced by the code that forwards; nothing is sent, learned or counted.", footer = {
        "", "A packet in words:",
        "  tcp|udp ADDRESS:PORT > ADDRESS:PORT    icmp|icmpv6|arp ADDRESS > ADDRESS    ether 0xTYPE    raw HEX",
        "  then any of: syn ack fin rst psh, vlan VID [priority N] [tpid 0xNNNN] (again: an inner tag), src-mac MAC,",
        "  dst-mac MAC, ttl N, length BYTES (of the frame), mss BYTES (a super-frame of such segments),",
        "  csum START+OFFSET (a checksum left open). Without src-mac, it is the station heard on the port last.",
        "With --live, addresses and ports may be `any`, and no packet means every packet.", "", "Examples:",
        "  weft trace --from web1 'tcp 10.10.0.11:40000 > 10.20.0.5:5432 syn dst-mac 02:00:00:00:0b:01'",
        "  weft trace --from web1 --to c3 'icmp 10.10.0.11 > 10.10.0.13'",
        "  weft trace --from lab 'arp 10.10.0.9 > 10.10.0.1 vlan 10' -o json",
        "  weft trace --from web1 --pcap capture.pcapng --frame 12",
        "  weft trace --from web1 --live --count 3 'tcp any > any:443'"})
public final class TraceCommand implements Runnable {
    private final CapturedFrames frames;
    @Option(names = "--from", required = true, paramLabel = "PORT", description = "port the packet comes in by")
    private String from = "";
    @Option(names = "--to", paramLabel = "PORT", description = "say why the packet does not leave by this port")
    private String to = "";
    @Parameters(arity = "0..*", paramLabel = "SPEC", description = "the packet in words, in quotes because of >")
    private String[] words = {};
    @Option(names = "--pcap", paramLabel = "FILE", description = "the packet from a capture file, pcap or pcapng")
    private @Nullable Path pcap;
    @Option(names = "--frame", paramLabel = "N", defaultValue = "1", description = "which of the file's frames (default: 1)")
    private int frame = 1;
    @Option(names = "--live", description = "follow the next packets that come in by the port")
    private boolean live;
    @Option(names = "--count", paramLabel = "N", defaultValue = "1", description = "with --live: how many, 1-1000 (default: 1)")
    private int count = 1;
    @Option(names = "-o", paramLabel = "FORMAT", defaultValue = "table", description = "table (default), json (one object a line) or yaml")
    private Listing.Format format = Listing.Format.TABLE;
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    public TraceCommand(CapturedFrames frames) {
        this.frames = frames;
    }

    @Override
    public void run() {
        String spec = String.join(" ", words);
        if (live ? pcap != null : (pcap == null) == spec.isBlank()) {
            throw usage(live
                    ? "--live follows packets of the port, --pcap takes one from a file: only one of them"
                    : "which packet? expected either its description or --pcap FILE, or --live");
        }
        if (live && !to.isEmpty()) {
            throw usage("--to does not go with --live");
        }
        if (frame < 1 || count < 1 || count > 1000) {
            throw usage(
                    frame < 1 ? "--frame " + frame + ": expected 1 or more" : "--count " + count + ": expected 1-1000");
        }
        PrintWriter out = command.commandLine().getOut();
        Consumer<PacketTrace> show = trace -> {
            TraceText.write(format, trace, out);
            out.flush();
        };
        TraceRequest.Builder request = TraceRequest.newBuilder().setPort(from).setTo(to);
        if (pcap != null) {
            request.setFrame(ByteString.copyFrom(read(pcap)));
        } else {
            request.setSpec(spec);
        }
        try (ControlClient client = control.connect()) {
            if (live) {
                FollowPacketsRequest follow = FollowPacketsRequest.newBuilder().setPort(from).setSpec(spec)
                        .setCount(count).build();
                client.follow(service -> service.followPackets(follow), show);
            } else {
                show.accept(client.trace(service -> service.trace(request.build())));
            }
        }
    }

    private byte[] read(Path file) {
        try {
            return frames.frame(Surroundings.current().resolve(file), frame);
        } catch (IOException e) {
            throw new FailedException(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException usage(String fault) {
        return new ParameterException(command.commandLine(), fault);
    }
}
