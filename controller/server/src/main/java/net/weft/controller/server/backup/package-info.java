/** The store as one file: a zip archive with the revisions as the store has them, and keys sealed by a passphrase. */
@NullMarked
package net.weft.controller.server.backup;

import org.jspecify.annotations.NullMarked;
