/** Rules that span several objects of a configuration, and the warnings about what is legal but probably not meant. */
@NullMarked
package net.weft.controller.model.yaml.check;

import org.jspecify.annotations.NullMarked;
