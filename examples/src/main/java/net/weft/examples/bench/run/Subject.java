package net.weft.examples.bench.run;

/** The subject of a measurement: a switch in one configuration. */
public interface Subject {
    /** Its name in reports. */
    String label();

    /** The subject that it is compared with. */
    Subject reference();
}
