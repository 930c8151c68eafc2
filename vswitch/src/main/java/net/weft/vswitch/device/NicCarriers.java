package net.weft.vswitch.device;

import java.nio.file.Path;
import java.util.List;
import net.weft.linux.Interfaces;
import net.weft.linux.Link;
import net.weft.linux.LinuxException;
import net.weft.linux.NetworkNamespace;
import org.jspecify.annotations.Nullable;

/**
 * The carriers of {@code nic} ports, for another process than the member that switches them. Each interface that is lowered is noted in the
 * member's journal first, so that the member's next start sets it up again. One thread.
 */
public final class NicCarriers implements Carriers, AutoCloseable {
    private final NicJournal journal;
    private final Interfaces interfaces = new Interfaces();

    /** @param state the directory that the member was started with, see {@link DeviceOpeners} */
    public NicCarriers(Path state) {
        journal = new NicJournal(DeviceOpeners.nicJournal(state));
    }

    /** Returns the network namespace whose interfaces these are. */
    public static String namespace() {
        return NetworkNamespace.own();
    }

    /** Sets each interface that is up to up: this changes nothing, and loads the classes that {@link #lower} needs. */
    @Override
    public void prepare(List<String> devices) {
        for (String device : devices) {
            Link link = find(device);
            if (link != null && link.up()) {
                interfaces.up(link.index());
            }
        }
    }

    @Override
    public boolean lower(String device) {
        Link link = find(device);
        if (link == null || !link.up()) {
            return false;
        }
        journal.lowered(link, true);
        interfaces.down(link.index());
        return true;
    }

    @Override
    public void raise(String device) {
        Link link = find(device);
        if (link != null) {
            interfaces.up(link.index());
            journal.lowered(link, false);
        }
    }

    private @Nullable Link find(String device) throws LinuxException {
        return interfaces.find(Interfaces.checkName(device));
    }

    @Override
    public void close() {
        interfaces.close();
    }
}
