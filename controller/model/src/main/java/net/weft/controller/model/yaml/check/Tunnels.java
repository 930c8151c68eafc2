package net.weft.controller.model.yaml.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Position;

/**
 * Checks the settings that a tunnel VLAN excludes. The tunnel VLANs are complete only when all ports are bound, so that
 * these settings are collected first, and checked by {@link #report}.
 */
public final class Tunnels {
    private record Note(int vid, String path, Position position, String message) {
    }

    private final Map<Integer, String> ports = new HashMap<>();
    private final List<Note> notes = new ArrayList<>();

    /** Records that a port uses the VLAN as a tunnel. */
    public void carried(int vid, String port) {
        ports.putIfAbsent(vid, port);
    }

    /** Records a setting that is a fault if the VLAN is a tunnel. */
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
