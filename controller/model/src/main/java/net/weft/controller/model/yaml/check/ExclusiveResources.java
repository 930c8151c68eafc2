package net.weft.controller.model.yaml.check;

import java.util.HashMap;
import java.util.Map;

import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Position;

/** The resources that only one object of the fabric can have (a VLAN ID, an interface, a socket), with their owners. */
public final class ExclusiveResources {
    private final Map<String, Holder> holders = new HashMap<>();
    private final Faults faults;

    public ExclusiveResources(Faults faults) {
        this.faults = faults;
    }

    /**
     * Claims a resource. The first claim succeeds; each later one is reported as a fault at its position that names the
     * first.
     */
    public void claim(String what, String owner, String path, Position position) {
        Holder holder = holders.putIfAbsent(what, new Holder(owner, position));
        if (holder != null) {
            faults.add(Fault.Kind.CONFLICT, path, position,
                    Faults.shown(what) + " is taken by " + holder.owner() + holder.position().suffix());
        }
    }

    private record Holder(String owner, Position position) {
    }
}
