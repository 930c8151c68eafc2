package net.weft.controller.server.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom a certificate names. It stands in the certificate as a URI among the alternative names,
 * {@code weft://FABRIC/ROLE/NAME}.
 *
 * @param fabric ID of the fabric
 * @param name name of the person or program; the number of a member; the ID of a controller
 */
public record Identity(String fabric, Role role, String name) {
    /** Type of a URI among the alternative names of a certificate (RFC 5280 section 4.2.1.6). */
    private static final int URI = 6;
    private static final Pattern FORM = Pattern.compile("weft://([0-9a-f]{32})/([a-z]+)/([a-z0-9][a-z0-9._-]{0,62})");

    /** Returns the identity that a certificate names; empty if it is none of a fabric. Does not check the signature. */
    public static Optional<Identity> of(X509Certificate certificate) {
        try {
            if (certificate.getSubjectAlternativeNames() == null) {
                return Optional.empty();
            }
            for (List<?> name : certificate.getSubjectAlternativeNames()) {
                if (name.size() > 1 && name.get(0) instanceof Integer type && type == URI
                        && name.get(1) instanceof String uri) {
                    Matcher form = FORM.matcher(uri);
                    if (form.matches()) {
                        return Role.of(form.group(2)).map(role -> new Identity(form.group(1), role, form.group(3)));
                    }
                }
            }
            return Optional.empty();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }

    String uri() {
        return "weft://" + fabric + "/" + role.word() + "/" + name;
    }

    /** Returns {@code admin ann} or {@code member 2}. */
    @Override
    public String toString() {
        return role.word() + " " + name;
    }
}
