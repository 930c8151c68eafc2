package net.weft.examples.system;

import java.util.Arrays;
import java.util.stream.Collectors;
import net.weft.examples.lab.Frames;

/**
 * What a test port carries.
 *
 * @param keys as in fabric.yaml
 * @param vid  one VLAN of the port
 * @param tag  the tag of a frame of that VLAN on the port's cable, as in {@link Frames#tag}; 0 for none
 */
record Membership(String keys, int vid, int tag) {

    static Membership access(int vid) {
        return new Membership("access: " + vid, vid, 0);
    }

    static Membership trunk(int... vids) {
        return new Membership("trunk: {allowed: " + list(vids) + "}", vids[0], Frames.tag(vids[0]));
    }

    /** @param vids the native one first */
    static Membership nativeTrunk(int... vids) {
        return new Membership("trunk: {allowed: " + list(vids) + ", native: " + vids[0] + "}", vids[0], 0);
    }

    /** The same with a further key. */
    Membership with(String key) {
        return new Membership(keys + ", " + key, vid, tag);
    }

    private static String list(int... vids) {
        return Arrays.stream(vids).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
