package net.weft.examples.bench.run;

/** What is measured: a switch in one configuration. */
public interface Subject {
    /** Its name in reports. */
    String label();

    /** The one that it is compared with. */
    Subject reference();
}
