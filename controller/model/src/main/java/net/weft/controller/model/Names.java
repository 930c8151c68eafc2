package net.weft.controller.model;

import java.util.regex.Pattern;

/** What a name in the configuration may look like: fabric, tenant, network and port names alike. */
public final class Names {
    public static final String PATTERN = "[a-z0-9][a-z0-9._-]{0,62}";
    private static final Pattern NAME = Pattern.compile(PATTERN);

    private Names() {
    }

    public static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }
}
