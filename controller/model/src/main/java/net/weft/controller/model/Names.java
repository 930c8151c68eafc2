package net.weft.controller.model;

import java.util.regex.Pattern;

/** The syntax of names in the configuration: of the fabric, tenants, networks, zones, policies and ports. */
public final class Names {
    public static final String PATTERN = "[a-z0-9][a-z0-9._-]{0,62}";
    private static final Pattern NAME = Pattern.compile(PATTERN);

    private Names() {
    }

    public static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }
}
