package net.weft.examples.lab;

/** The text of a fabric.yaml with these ports, each as {@code name: {type: …}}. */
public final class Fabric {
    private Fabric() {
    }

    public static String of(String... ports) {
        return "fabric: lab\nports:\n  " + String.join("\n  ", ports) + "\n";
    }

    /** A port on the interface of its own name. {@code keys} as in the file, for example {@code access: 10}. */
    public static String nic(String name, String keys) {
        return name + ": {type: nic, device: " + name + ", " + keys + "}";
    }
}
