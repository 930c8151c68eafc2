/** Binds a tree to records. Each section of {@code fabric.yaml} has one binder, which reports every fault it finds. */
@NullMarked
package net.weft.controller.model.yaml.bind;

import org.jspecify.annotations.NullMarked;
