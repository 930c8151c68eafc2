package net.weft.vswitch.capture;

/** Creates the writers of capture files. */
public final class CaptureFormats {
    private CaptureFormats() {
    }

    /** Creates a writer of a format for one file. */
    public static CaptureFormat of(CaptureFormat.Kind kind) {
        return kind == CaptureFormat.Kind.PCAP ? new PcapFormat() : new PcapngFormat();
    }
}
