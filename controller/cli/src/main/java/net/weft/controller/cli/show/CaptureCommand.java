package net.weft.controller.cli.show;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.weft.controller.cli.connect.CaptureCall;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.v1.CaptureChunk;
import net.weft.v1.CaptureFileFormat;
import net.weft.v1.CaptureRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code weft capture}. */
@Command(name = "capture", mixinStandardHelpOptions = true, sortOptions = false, description = "The frames of a running port into a file: what it receives, what it sends, and what is dropped on the way, with the reason. Ctrl-C ends it with a complete file.", footer = {
        "",
        "pcapng (default) has the ports as interfaces, directions, the reasons of drops as comments, and how many frames were missed",
        "because they came faster than they were taken; pcap has the frames alone, without those that were to leave and did not.",
        "", "Examples:", "  weft capture --port web1 | wireshark -k -i -",
        "  weft capture --port web1 --filter 'tcp port 443' -w web1.pcapng",
        "  weft capture --port web1 --port db1 --count 100 -w both.pcapng",
        "  weft capture --port web1 --filter arp --format pcap | tcpdump -n -r -"})
public final class CaptureCommand implements Runnable {
    private static final long LAST_CHUNKS_SECONDS = 10;

    @Option(names = "--port", required = true, paramLabel = "PORT", description = "port to look at; may stand several times")
    private List<String> ports = new ArrayList<>();
    @Option(names = "-w", paramLabel = "FILE", description = "file to write, anew; standard output without it, or with -")
    private @Nullable Path file;
    @Option(names = "--filter", paramLabel = "BPF", defaultValue = "", description = "only these frames, as tcpdump takes it")
    private String filter = "";
    @Option(names = "--count", paramLabel = "N", description = "end after so many frames (default: at Ctrl-C)")
    private @Nullable Long count;
    @Option(names = "--snaplen", paramLabel = "BYTES", description = "no more of each frame (default: all of it)")
    private @Nullable Integer snapLength;
    @Option(names = "--format", paramLabel = "pcap|pcapng", description = "default: pcap for *.pcap and *.cap, else pcapng")
    private @Nullable String format;
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Override
    public void run() {
        CaptureRequest request = request();
        CaptureOutput target = file == null || file.toString().equals("-")
                ? CaptureOutput.standard()
                : CaptureOutput.file(file);
        if (target.isStandard() && Surroundings.current().terminal()) {
            throw new FailedException("a capture is not for a terminal: say -w FILE, or pipe it, as in"
                    + " weft capture --port " + ports.getFirst() + " | wireshark -k -i -");
        }
        try (ControlClient client = control.connect();
                CaptureCall call = client.capture(request);
                CaptureOutput output = target) {
            CountDownLatch done = new CountDownLatch(1);
            Thread hook = new Thread(() -> finish(call, done), "weft-stop");
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                writeChunks(call, output);
            } finally {
                done.countDown();
                release(hook);
            }
        }
    }

    private CaptureRequest request() {
        return CaptureRequest.newBuilder().addAllPorts(ports).setFilter(filter)
                .setCount(positive("--count", count))
                .setSnapLength((int) positive("--snaplen", snapLength)).setFormat(fileFormat()).build();
    }

    /** Returns the number, or 0 if the option is absent. */
    private long positive(String option, @Nullable Number number) {
        if (number != null && number.longValue() < 1) {
            throw usage(option + " " + number + ": expected 1 or more");
        }
        return number == null ? 0 : number.longValue();
    }

    private CaptureFileFormat fileFormat() {
        String name = file == null ? "" : file.toString();
        String wanted = format != null ? format : name.endsWith(".pcap") || name.endsWith(".cap") ? "pcap" : "pcapng";
        return switch (wanted) {
            case "pcap" -> CaptureFileFormat.CAPTURE_FILE_FORMAT_PCAP;
            case "pcapng" -> CaptureFileFormat.CAPTURE_FILE_FORMAT_PCAPNG;
            default -> throw usage("--format " + format + ": expected pcap or pcapng");
        };
    }

    private void writeChunks(CaptureCall call, CaptureOutput output) {
        PrintWriter err = command.commandLine().getErr();
        CaptureChunk last = CaptureChunk.getDefaultInstance();
        try {
            for (Optional<CaptureChunk> chunk = call.read(); chunk.isPresent(); chunk = call.read()) {
                if (!output.isBegun()) {
                    err.println("weft: capturing " + String.join(", ", ports) + "; Ctrl-C ends it");
                }
                if (!output.write(chunk.get().getData())) {
                    err.println("weft: the reader has gone; it had " + frames(last.getFrames()));
                    return;
                }
                last = chunk.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        err.println("weft: " + frames(last.getFrames()) + " captured"
                + (last.getNote().isEmpty() ? "" : "; " + last.getNote()));
        if (last.getMissed() > 0) {
            err.println("weft: " + frames(last.getMissed()) + " missed: they came faster than they were taken"
                    + (filter.isBlank() ? "" : ", and the filter has not seen them"));
        }
    }

    private static String frames(long count) {
        return count + (count == 1 ? " frame" : " frames");
    }

    /** Completes the file after a signal, which is the usual way to end a capture, and exits with status 0. */
    private static void finish(CaptureCall call, CountDownLatch done) {
        try {
            call.stop();
            if (done.await(LAST_CHUNKS_SECONDS, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(0);
            }
        } catch (InterruptedException | IllegalStateException e) {
            System.getLogger(CaptureCommand.class.getName()).log(System.Logger.Level.DEBUG, "it ended already", e);
        }
        Runtime.getRuntime().halt(1);
    }

    /**
     * Removes the shutdown hook after the capture ended by itself. If a signal arrived meanwhile, the hook ends the
     * process.
     */
    private static void release(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            System.getLogger(CaptureCommand.class.getName()).log(System.Logger.Level.DEBUG, "ended by a signal", e);
        }
    }

    private ParameterException usage(String fault) {
        return new ParameterException(command.commandLine(), fault);
    }
}
