package net.weft.vswitch.device;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.capture.CaptureFormat;
import net.weft.vswitch.capture.CaptureWriter;
import net.weft.vswitch.device.pcap.CaptureReader;
import org.jspecify.annotations.Nullable;

/**
 * A host made of capture files: replays one file into the switch, at the captured speed or another, and records the
 * frames from the switch in the other file.
 */
final class FilePump implements PumpedDevice.Pump {
    private static final long IDLE_NS = 100_000_000;

    private final DeviceSpec.PcapFiles spec;
    private @Nullable CaptureReader reader;
    private @Nullable CaptureWriter writer;
    private CaptureReader.@Nullable Frame next;
    private long frames;
    private long firstNs;
    private long startNs;

    /** Opens both files, because a port is up only once its transmitted frames can be recorded. */
    FilePump(DeviceSpec.PcapFiles spec) throws DeviceUnavailableException {
        this.spec = spec;
        try {
            if (spec.read() != null) {
                reader = CaptureReader.open(Path.of(spec.read()));
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        try {
            if (spec.write() != null) {
                writer = CaptureWriter.append(Path.of(spec.write()), new CaptureFormat.Interface(spec.label(), ""));
            }
        } catch (IOException e) {
            close();
            throw unwritable(e);
        }
    }

    @Override
    public byte @Nullable [] receive() throws DeviceUnavailableException {
        if (next == null && !readNext()) {
            LockSupport.parkNanos(IDLE_NS);
            return null;
        }
        CaptureReader.Frame frame = next;
        long waitNs = frame == null ? 0 : dueNs(frame) - System.nanoTime();
        if (waitNs > 0) {
            LockSupport.parkNanos(Math.min(waitNs, IDLE_NS));
            return null;
        }
        next = null;
        return frame == null ? null : frame.bytes();
    }

    /** Reads the next frame; false at the end of the file. */
    private boolean readNext() throws DeviceUnavailableException {
        if (reader == null) {
            return false;
        }
        try {
            next = reader.next();
            if (next == null) {
                rewind();
            }
            if (next != null && frames++ == 0) {
                firstNs = next.timeNs();
                startNs = System.nanoTime();
            }
            return next != null;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void rewind() throws IOException {
        boolean any = frames > 0;
        frames = 0;
        if (reader != null) {
            reader.close();
        }
        reader = null;
        if (spec.loop() && any && spec.read() != null) {
            reader = CaptureReader.open(Path.of(spec.read()));
            next = reader.next();
        }
    }

    private long dueNs(CaptureReader.Frame frame) {
        return spec.speed() == 0 ? startNs : startNs + (long) ((frame.timeNs() - firstNs) / spec.speed());
    }

    @Override
    public boolean mayWait() {
        return true;
    }

    @Override
    public void send(byte[] frame) throws DeviceUnavailableException {
        if (writer == null) {
            return;
        }
        try {
            Instant now = Instant.now();
            writer.write(frame, true, now.getEpochSecond() * 1_000_000_000L + now.getNano());
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public void idle() throws DeviceUnavailableException {
        try {
            if (writer != null) {
                writer.flush();
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private DeviceUnavailableException unreadable(IOException e) {
        return new DeviceUnavailableException(FileFailure.reason(e), switch (e) {
            case NoSuchFileException _ -> spec.read() + ": there is no such file";
            case AccessDeniedException _ -> spec.read() + ": Weft may not read it; check its owner and mode";
            default -> String.valueOf(e.getMessage());
        });
    }

    private DeviceUnavailableException unwritable(IOException e) {
        return new DeviceUnavailableException(FileFailure.reason(e), spec.write() + ": " + switch (e) {
            case NoSuchFileException _ -> "there is no such directory";
            default -> FileFailure.reason(e) == PortReason.NO_PERMISSION
                    ? "Weft may not write it (" + FileFailure.words(e) + ")"
                    : FileFailure.words(e);
        });
    }

    @Override
    public long takeMissed() {
        return 0;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException e) {
            System.getLogger(FilePump.class.getName()).log(System.Logger.Level.WARNING,
                    spec.write() + ": " + e.getMessage());
        }
    }
}
