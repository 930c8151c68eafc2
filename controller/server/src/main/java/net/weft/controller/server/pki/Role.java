package net.weft.controller.server.pki;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a certificate permits. */
public enum Role {
    /** A controller of the fabric. */
    CONTROLLER,
    /** One member: it may attend and renew its certificate, nothing else. */
    MEMBER,
    /** Everything that the control socket permits. */
    ADMIN,
    /** Everything but to make and revoke identities. */
    OPERATOR,
    /** Reads, and changes nothing. */
    VIEWER;

    /** Returns the word that stands for the role in commands and certificates. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }

    /** Returns whether people and programs have the role, not hosts of the fabric. */
    public boolean isOfPeople() {
        return this == ADMIN || this == OPERATOR || this == VIEWER;
    }

    /** Returns whether the role, one of people, includes all that another one permits. */
    public boolean includes(Role other) {
        return isOfPeople() && other.isOfPeople() && ordinal() <= other.ordinal();
    }
}
