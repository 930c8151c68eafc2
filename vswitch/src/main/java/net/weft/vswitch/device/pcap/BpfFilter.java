package net.weft.vswitch.device.pcap;

import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** A filter as tcpdump takes it (pcap-filter(7)), compiled by libpcap. One thread at a time. */
public final class BpfFilter implements AutoCloseable {
    private static final int SNAP_LENGTH = 262_144;

    private final BpfProgram program;

    private BpfFilter(BpfProgram program) {
        this.program = program;
    }

    /**
     * Compiles an expression.
     *
     * @throws IllegalArgumentException with a sentence: it does not compile, or there is no libpcap
     */
    public static BpfFilter compile(String expression) {
        try (PcapHandle handle = Pcaps.openDead(DataLinkType.EN10MB, SNAP_LENGTH)) {
            return new BpfFilter(handle.compileFilter(expression, BpfProgram.BpfCompileMode.OPTIMIZE,
                    PcapHandle.PCAP_NETMASK_UNKNOWN));
        } catch (PcapNativeException | NotOpenException e) {
            throw new IllegalArgumentException("filter " + expression + ": " + reason(e)
                    + "; expected an expression as tcpdump takes it, such as tcp port 443", e);
        } catch (LinkageError e) {
            throw new IllegalArgumentException(
                    "libpcap is needed for filters and was not found: apt install libpcap0.8", e);
        }
    }

    /** libpcap's own words, behind those that pcap4j puts before them. */
    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.substring(message.lastIndexOf(": ") + 1).trim();
    }

    /** Whether it wants a frame, of whose {@code original} bytes the first {@code captured} are there. */
    public boolean matches(byte[] frame, int captured, int original) {
        return program.applyFilter(frame, original, captured);
    }

    /** Frees libpcap's memory. Idempotent. */
    @Override
    public void close() {
        program.free();
    }
}
