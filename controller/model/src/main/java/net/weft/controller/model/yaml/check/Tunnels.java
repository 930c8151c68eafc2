package net.weft.controller.model.yaml.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Position;

/** Which VLANs are tunnels is known only when all ports were read; what does not go with a tunnel is noted before, and judged then. */
public final class Tunnels {
    private record Note(int vid, String path, Position position, String message) {
    }

    private final Map<Integer, String> ports = new HashMap<>();
    private final List<Note> notes = new ArrayList<>();

    /** A port has its customer's frames carried in a VLAN. */
    public void carried(int vid, String port) {
        ports.putIfAbsent(vid, port);
    }

    /** It is a fault if the VLAN is a tunnel. */
    public void excludes(int vid, String path, Position position, String message) {
        notes.add(new Note(vid, path, position, message));
    }

    public void report(Faults faults) {
        for (Note note : notes) {
            String port = ports.get(note.vid());
            if (port != null) {
                faults.add(Fault.Kind.CONFLICT, note.path(), note.position(),
                        "VLAN " + note.vid() + " is the tunnel of "
                                + port + "; " + note.message());
            }
        }
    }
}
