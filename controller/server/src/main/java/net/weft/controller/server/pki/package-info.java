/**
 * The certificate authority of a fabric: it issues, lists and revokes certificates, and makes the tokens by which members
 * join.
 */
@NullMarked
package net.weft.controller.server.pki;

import org.jspecify.annotations.NullMarked;
